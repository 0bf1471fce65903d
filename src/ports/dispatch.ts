import type { Lease } from "../core/lease/lease.ts";
import type { RunView } from "../core/queue/snapshot.ts";
import type { Oid, RepositoryName } from "../core/repository.ts";
import type { RunOutcome } from "../core/run/run.ts";
import type { PlannedTask } from "../core/task/task.ts";
import type { Strain } from "../core/worker/strain.ts";

/** Everything a worker needs to do one task; the git token travels beside it, never inside. */
export interface TaskOffer {
  readonly run: string;
  readonly repository: RepositoryName;
  readonly gitUrl: string;
  readonly defaultBranch: string;
  readonly plan: number;
  readonly goal: string;
  readonly task: PlannedTask;
  /** Who the agent is to work as; absent where nothing more than the name is known. */
  readonly specialist?: { readonly name: string; readonly instructions: string };
  readonly issue: number;
  /** The lease to claim and the commit it replaces (undefined: the ref must be absent). */
  readonly lease: Lease;
  readonly expected?: Oid;
  readonly agent?: string;
  readonly timeoutMinutes: number;
  readonly setup: readonly string[];
  readonly verify: readonly string[];
  /** Files for `.coppice/context/`: results of the tasks this one needed. */
  readonly context: readonly { readonly path: string; readonly text: string }[];
  /** Who commits: the app's bot. */
  readonly author: { readonly name: string; readonly email: string };
}

export interface WorkerView {
  readonly id: string;
  readonly connected: boolean;
  readonly slots: number;
  /** Slots not taken by a run or an open offer. */
  readonly free: number;
  readonly agents: readonly string[];
  /** Repositories (`owner/name`) it has a mirror of. */
  readonly warm: readonly string[];
  readonly draining: boolean;
  /** What its machine has too little of to take another task. */
  readonly strained?: readonly Strain[];
}

/** The hub as the reconciler sees it. */
export interface Dispatch {
  workers(): readonly WorkerView[];
  /** Runs offered or living, of one repository. */
  runs(repository: RepositoryName): readonly RunView[];
  /** Sends the offer to that worker; false when it cannot take it (gone, full, draining, declined). */
  offer(worker: string, offer: TaskOffer): Promise<boolean>;
  stop(run: string, reason: string): void;
  /** True when `holder` (`<worker>/<run>`) names a run of this hub's, in this life or an earlier one, whose worker is connected and does not have it. */
  isGone(holder: string): boolean;
}

/** What the hub tells about a run that ended. */
export interface RunEnded {
  readonly repository: RepositoryName;
  readonly plan: number;
  readonly issue: number;
  readonly run: string;
  readonly outcome: RunOutcome;
}
