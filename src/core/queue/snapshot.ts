import type { HeldLease } from "../lease/lease.ts";
import type { PhaseIssue, PlanState, TaskIssue } from "../plan/plan.ts";
import type { Oid, RepositoryName } from "../repository.ts";
import type { RunPhase, RunRecord } from "../run/run.ts";
import type { PhaseName } from "../task/phase-name.ts";
import type { PlannedTask } from "../task/task.ts";
import type { ParkedAgent } from "./parking.ts";
import type { Spending } from "./spending.ts";

/** What a task's issue says. */
export interface IssueView extends TaskIssue {
  readonly state: "open" | "closed";
  /** Why it was closed; only `completed` unlocks dependents. */
  readonly reason?: "completed" | "not_planned" | "duplicate";
  readonly labels: readonly string[];
  /** Numbers of the open issues GitHub says block it. */
  readonly openBlockers: readonly number[];
  /** Those in other repositories, as `owner/name#12`. */
  readonly blockersElsewhere?: readonly string[];
}

/** How far a pull request's checks are, ours aside. */
export type ChecksView = "none" | "pending" | "failed" | "passed";

export interface PullView {
  readonly number: number;
  readonly nodeId: string;
  readonly url: string;
  readonly state: "open" | "merged" | "closed";
  readonly head: Oid;
  readonly branch: string;
  readonly draft: boolean;
  /** `unknown` while GitHub still computes it. */
  readonly mergeable: "yes" | "conflict" | "unknown";
  readonly checks: ChecksView;
  /** A person asked for changes and has not taken it back. */
  readonly changesRequested: boolean;
}

/** A run as the hub knows it: offered, or living on a connected (or lately connected) worker. */
export interface RunView {
  readonly run: string;
  readonly issue: number;
  readonly worker: string;
  readonly agent: string;
  readonly phase: RunPhase | "offered";
  readonly startedAt: string;
}

export interface LeaseView extends HeldLease {
  /** Milliseconds, on the observer's monotonic clock, that this very commit has been seen unchanged. */
  readonly unchangedFor: number;
  /** The holder's process is known to be gone: its worker is connected and does not have the run. */
  readonly holderGone: boolean;
}

export interface TaskSnapshot {
  readonly task: PlannedTask;
  readonly issue?: IssueView;
  readonly lease?: LeaseView;
  /** The ref of its lease, where that says nothing this version understands. */
  readonly unreadableLease?: string;
  /** Of its newest record in the ledger, where the lease went because its issue was closed, and that is open again. */
  readonly earlierEpoch?: number;
  readonly run?: RunView;
  readonly pull?: PullView;
  /** Milliseconds, on the observer's monotonic clock, that this head of the open pull request has been seen. */
  readonly headSeenFor?: number;
  /** The record of the lease's epoch is in the ledger. */
  readonly folded: boolean;
  /** The run record of the lease's epoch: from the publishing lease, or from the ledger once folded. */
  readonly publication?: RunRecord;
  /** The forge would not merge the pull request; only while its head is the same. */
  readonly mergeRefused?: MergeRefusal;
  /** Milliseconds until its issue's labels are asked about again: somebody sets them anew whenever they are put back. */
  readonly labelsRest?: number;
  /** The same of the label that shows its state, which is not put back to `said` before. */
  readonly stateLabelRest?: { readonly said: string; readonly left: number };
  /** What its attempts have cost, where that is limited. */
  readonly spent?: Spending;
}

/** A merge that was tried and did not happen. */
export interface MergeRefusal {
  readonly head: Oid;
  /** In the forge's words. */
  readonly reason: string;
  /** Milliseconds since, on the observer's monotonic clock. */
  readonly ago: number;
}

/** A large plan's issue between its own and its tasks', as it is seen. */
export interface PhaseParent extends PhaseIssue {
  readonly name: PhaseName;
  readonly state: "open" | "closed";
  /** Its sub-issues, closed ones and other people's included. */
  readonly children: number;
}

/** One plan as it is: what the pure `reconcile` looks at. */
export interface Snapshot {
  readonly repository: RepositoryName;
  readonly defaultBranch: string;
  readonly state: PlanState;
  readonly parent: {
    readonly state: "open" | "closed";
    readonly nodeId: string;
    /** How many sub-issues are right under it, closed ones and other people's included. */
    readonly children?: number;
  };
  /** Its phase parents, where it has any. */
  readonly phases?: readonly PhaseParent[];
  /** Every planned task, in the plan's order. */
  readonly tasks: readonly TaskSnapshot[];
  /** The plan comment's text as it stands; absent when there is none yet. */
  readonly comment?: { readonly id: number; readonly body: string };
  /** Open sub-issues that carry a task's key, or a phase's name, beside the issue that stands for it: created twice, to be closed. */
  readonly strays?: readonly number[];
  /** Tasks the plan no longer has and whose issues are there still; of the task itself only key and title are known. */
  readonly former?: readonly TaskSnapshot[];
  /** Plan comments of ours, oldest first, where there is more than one: two hubs made one each. */
  readonly twins?: readonly number[];
  /** Why nothing new may start, one line: an invalid configuration, no commit yet, an approval that does not hold. */
  readonly hold?: string;
  /** What was spent today (UTC) in the whole repository, where that is limited. */
  readonly today?: Spending;
  /** Agents whose provider wants to be left alone, by the failures of every plan. */
  readonly parked?: readonly ParkedAgent[];
  /** When the newest of its attempts that is known to have published ended: ISO 8601, the worker's clock. */
  readonly succeededAt?: string;
}
