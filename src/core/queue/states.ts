import type { Failure, FailureKind, RunPhase } from "../run/run.ts";
import type { TaskKey } from "../task/task.ts";
import type { SpentBudget } from "./budgets.ts";
import type { MergeStep } from "./merging.ts";
import type { Paused } from "./pauses.ts";
import type { PullView } from "./snapshot.ts";

/** Why a task does not run yet; each ends by itself or by what it names. */
export type Waiting =
  | { readonly kind: "draft" | "cancelled" | "plan-closed" | "create-ahead" | "no-room" }
  | { readonly kind: "hold"; readonly line: string }
  /** Somebody paused the whole plan. */
  | { readonly kind: "plan-paused"; readonly by: string }
  | { readonly kind: "budget"; readonly budget: SpentBudget }
  /** Its plan's attempts all fail alike. `trial`: one task tries whether that is over. */
  | { readonly kind: "breaker"; readonly failure: FailureKind; readonly milliseconds: number; readonly trial: boolean }
  /** The agent a person gave it to. */
  | { readonly kind: "parked"; readonly agent: string; readonly milliseconds: number }
  /** A change of this very task waits for approval. */
  | { readonly kind: "amendment"; readonly revision: number }
  /** Its work was published, and no pull request of that branch is seen: an answer that lacks one says nothing. */
  | { readonly kind: "pull-unseen"; readonly branch: string }
  /** Its lease says nothing this version understands: whoever wrote that may be at work. */
  | { readonly kind: "lease-unreadable"; readonly ref: string }
  /** Its own issue, or the phase parent that issue belongs under, is not seen. */
  | { readonly kind: "missing" | "no-parent"; readonly issue: number }
  | { readonly kind: "needs"; readonly keys: readonly TaskKey[] }
  | { readonly kind: "blockers"; readonly issues: readonly number[]; readonly elsewhere: readonly string[] }
  | { readonly kind: "back-off"; readonly milliseconds: number; readonly failure: Failure }
  | { readonly kind: "offered"; readonly worker: string };

/** Why a task will not run until a person acts. */
export type Block =
  | { readonly kind: "need-dropped" | "need-failed"; readonly key: TaskKey }
  /** At least one of these is blocked. */
  | { readonly kind: "need-blocked"; readonly keys: readonly TaskKey[] }
  | { readonly kind: "pull-closed"; readonly pull: PullView }
  | { readonly kind: "reopened"; readonly pull: PullView };

/** What a task is doing, derived from issue, lease, run and pull request and stored nowhere. */
export type TaskState =
  /** Its issue does not exist yet. */
  | { readonly kind: "planned"; readonly waiting: Waiting }
  | { readonly kind: "queued"; readonly ready: true }
  | { readonly kind: "queued"; readonly ready: false; readonly waiting: Waiting }
  | { readonly kind: "running"; readonly phase: RunPhase }
  | { readonly kind: "review"; readonly pull: PullView; readonly step: MergeStep }
  /** Merged, and the issue is about to be closed. */
  | { readonly kind: "merged"; readonly pull: PullView }
  | { readonly kind: "done" }
  /** Closed, but not as completed: nothing that needs it can start. */
  | { readonly kind: "dropped" }
  | { readonly kind: "failed"; readonly failure: Failure }
  | Paused
  | { readonly kind: "blocked"; readonly block: Block };
