import type { Standing } from "../../core/plan/steer.ts";
import type { Policy } from "../../core/queue/policy.ts";
import type { TaskKey } from "../../core/task/task.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Code } from "../../ports/code.ts";
import type { Comments } from "../../ports/forge/comments.ts";
import type { Forge } from "../../ports/forge/forge.ts";
import type { Issues } from "../../ports/forge/issues.ts";
import type { Permissions } from "../../ports/forge/permissions.ts";
import type { Log } from "../../ports/log.ts";
import type { AgentsPage } from "../../wire/render/agents.ts";
import type { PlanStore } from "../plan-store.ts";
import type { Planner } from "../planner.ts";

/** What of a repository's config commands depend on. */
export type InboxPolicy = Pick<Policy, "commands" | "maxTasks" | "twoPersons" | "bots">;

/** What the inbox of one repository needs. */
export interface InboxOptions {
  readonly forge: Pick<Forge, "botLogin" | "serve"> & {
    readonly issues: Pick<Issues, "getCommanded">;
    readonly comments: Pick<Comments, "thread" | "ofIssue" | "since" | "get" | "create" | "remove" | "react">;
    readonly permissions: Permissions;
  };
  readonly store: PlanStore;
  readonly planner: Planner;
  /** Where the repository's own specialists are defined. */
  readonly code: Code;
  /** From the repository's config, asked each time. */
  readonly policy: () => Promise<InboxPolicy>;
  /** The same for every life of one hub, another for every other hub. */
  readonly hubId: string;
  /** Another one in each life of the hub, known to all its parts. */
  readonly life?: string;
  /** Never the same twice. */
  readonly newId: () => string;
  /** The plan's tasks that have been started by now, looked at afresh. */
  readonly started: (issue: number) => Promise<readonly TaskKey[]>;
  /** How each task of an approved plan stands, looked at afresh; none where there is nothing to look at. */
  readonly standings: (issue: number) => Promise<ReadonlyMap<TaskKey, Standing>>;
  /** Workers and what runs on them, as the hub knows it. */
  readonly agents: () => AgentsPage;
  readonly clock: Clock;
  readonly log: Log;
  /** A plan changed: somebody should look at it. */
  readonly wake: (issue: number) => void;
  /** The answer to `/status`: Markdown, made neutral here. */
  readonly status: (issue: number) => Promise<string>;
  /** How many of a plan's tasks were done when somebody last looked. */
  readonly doneTasks: (issue: number) => number | undefined;
  /** Ends planning and everything else under way. */
  readonly signal: AbortSignal;
  /** Times a comment is tried before its author is told that it failed. Default: 3. */
  readonly tries?: number;
}
