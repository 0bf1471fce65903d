import type { Specialist } from "../core/task/specialist.ts";
import type { Clock } from "../ports/clock.ts";
import type { Code } from "../ports/code.ts";
import type { Dispatch } from "../ports/dispatch.ts";
import type { Forge } from "../ports/forge/forge.ts";
import type { Leases } from "../ports/leases.ts";
import type { Log } from "../ports/log.ts";
import type { Plans } from "../ports/plans.ts";
import type { OperatorLimits } from "../wire/config.ts";

/** Whether this hub leads; asked only by who has something to show (docs/decisions/0016). */
export interface Leadership {
  leads(): Promise<boolean>;
  /** In how many milliseconds another leader could be gone, for all that is known. */
  untilTaken(): number;
}

/** The roles of the forge a reconciler needs. */
export type ReconcilerForge = Pick<
  Forge,
  | "repository"
  | "serve"
  | "botLogin"
  | "defaultBranch"
  | "gitUrl"
  | "issues"
  | "labels"
  | "permissions"
  | "pulls"
  | "plans"
> & { readonly comments: Pick<Forge["comments"], "get" | "create" | "update" | "remove" | "pin" | "ofIssue"> };

/** The roles of the forge by which it is looked at; none of them changes anything. */
export type ReadingForge = Pick<
  Forge,
  "repository" | "serve" | "botLogin" | "defaultBranch" | "gitUrl" | "permissions" | "plans"
> & {
  readonly issues: Pick<Forge["issues"], "getCommanded">;
  readonly comments: Pick<Forge["comments"], "get" | "ofIssue">;
};

/** What a look needs of everything outside. */
export interface ReadingPorts {
  readonly forge: ReadingForge;
  readonly plans: Pick<Plans, "list" | "broken" | "load" | "file" | "doubt">;
  readonly leases: Pick<Leases, "list" | "files" | "unreadable">;
  readonly code: Pick<Code, "refresh" | "read">;
  /** Who can do tasks, by the default branch as it is; absent: nothing is said of them. */
  readonly specialists?: () => Promise<readonly Specialist[]>;
  readonly dispatch: Pick<Dispatch, "workers" | "runs" | "isGone">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Everything outside that the reconciler of one repository talks to. */
export interface ReconcilerPorts {
  readonly forge: ReconcilerForge;
  readonly plans: Plans;
  readonly leases: Leases;
  readonly code: Pick<Code, "refresh" | "read">;
  /** Who can do tasks, by the default branch as it is; absent: nothing is said of them. */
  readonly specialists?: () => Promise<readonly Specialist[]>;
  readonly dispatch: Dispatch;
  /** Who shows how things are, where several hubs may look after the repository; absent: this one. */
  readonly leadership?: Leadership;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the host decides. */
export interface ReconcilerOptions extends ReconcilerPorts {
  readonly limits: OperatorLimits;
  /** Who commits: the app's bot. */
  readonly author: { readonly name: string; readonly email: string };
  /** The agent to ask for; the worker's own choice when absent. */
  readonly agent?: string;
  /** A fresh random id: run ids and nonces. */
  readonly newId: () => string;
  /** No other hub's, and the same in its next life; a fresh one when absent. */
  readonly hubId?: string;
  /** Another one in each life of the hub, known to all its parts; a fresh one when absent. */
  readonly life?: string;
  readonly timing?: Partial<ReconcilerTiming>;
}

/** Milliseconds. */
export interface ReconcilerTiming {
  /** The ledger, leases, issues and pull requests of every plan are read this often, whatever is heard; up to ten times more rarely while nothing is. */
  readonly period: number;
  /** Wakes this close together are one. */
  readonly debounce: number;
  /** How soon to look again after acts of our own: the forge needs a moment, and what others finish meanwhile joins in. */
  readonly settle: number;
  /** The plan comment is read this often, whatever is heard: only people who edit it can have changed it. */
  readonly commentPeriod: number;
  /** Rest after the first error of a plan, doubled by each further one. */
  readonly firstPause: number;
  readonly longestPause: number;
}

export const defaultTiming: ReconcilerTiming = {
  period: 30_000,
  debounce: 100,
  settle: 400,
  commentPeriod: 300_000,
  firstPause: 1_000,
  longestPause: 60_000,
};
