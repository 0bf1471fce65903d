import { mostSubIssues } from "../plan/phases.ts";
import type { Failure, RunPhase } from "../run/run.ts";
import type { PlannedTask, TaskKey } from "../task/task.ts";
import { amendedTasks } from "./amendment.ts";
import { backOffLeft, failuresOf, isExhausted, isHeld } from "./attempts.ts";
import { pausedLabel } from "./labels.ts";
import type { MergeStep } from "./merging.ts";
import { mergeStep } from "./merging.ts";
import { placeFor, usesPhases } from "./phase-parents.ts";
import type { Policy } from "./policy.ts";
import { waitingLine } from "./reasons.ts";
import type { PullView, Snapshot, TaskSnapshot } from "./snapshot.ts";

/** Why a task does not run yet; each ends by itself or by what it names. */
export type Waiting =
  | { readonly kind: "draft" | "cancelled" | "plan-closed" | "create-ahead" | "no-room" }
  | { readonly kind: "hold"; readonly line: string }
  /** A change of this very task waits for approval. */
  | { readonly kind: "amendment"; readonly revision: number }
  /** Its work was published, and no pull request of that branch is seen: an answer that lacks one says nothing. */
  | { readonly kind: "pull-unseen"; readonly branch: string }
  /** Its own issue, or the phase parent that issue belongs under, is not seen. */
  | { readonly kind: "missing" | "no-parent"; readonly issue: number }
  | { readonly kind: "needs"; readonly keys: readonly TaskKey[] }
  | { readonly kind: "blockers"; readonly issues: readonly number[]; readonly elsewhere: readonly string[] }
  | { readonly kind: "back-off"; readonly milliseconds: number; readonly failure: Failure }
  | { readonly kind: "offered"; readonly worker: string };

/** Why a task will not run until a person acts. */
export type Block =
  | { readonly kind: "need-dropped" | "need-failed"; readonly key: TaskKey }
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
  | { readonly kind: "paused" }
  | { readonly kind: "blocked"; readonly block: Block };

/** One plan with the state of each of its tasks. */
export interface Survey {
  readonly snapshot: Snapshot;
  readonly policy: Policy;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Former tasks included. */
  readonly states: ReadonlyMap<TaskKey, TaskState>;
}

/** Derives every task's state; never throws, whatever the snapshot says. */
export function survey(snapshot: Snapshot, policy: Policy, now: number): Survey {
  const tasks = new Map(snapshot.tasks.map((at) => [at.task.key, at]));
  const plan: PlanContext = { snapshot, policy, now, tasks, amended: amendedTasks(snapshot.state) };
  const all = [...snapshot.tasks, ...(snapshot.former ?? [])];
  return { snapshot, policy, now, states: new Map(all.map((at) => [at.task.key, taskState(at, plan)])) };
}

interface PlanContext extends Omit<Survey, "states"> {
  readonly tasks: ReadonlyMap<TaskKey, TaskSnapshot>;
  readonly amended: ReadonlySet<TaskKey>;
}

function taskState(at: TaskSnapshot, plan: PlanContext): TaskState {
  if (at.issue === undefined) return { kind: "planned", waiting: uncreated(at, plan) };
  if (at.issue.state === "closed") return { kind: at.issue.reason === "completed" ? "done" : "dropped" };
  return merged(at) ?? working(at) ?? resting(at, plan);
}

/** After the merge the lease stays until the issue is closed: without one, somebody opened the issue again. */
function merged({ pull, lease }: TaskSnapshot): TaskState | undefined {
  if (pull?.state !== "merged" || (lease !== undefined && lease.lease.phase !== "free")) return undefined;
  return lease === undefined ? { kind: "blocked", block: { kind: "reopened", pull } } : { kind: "merged", pull };
}

function working(at: TaskSnapshot): TaskState | undefined {
  if (at.lease?.lease.phase === "published") return { kind: "running", phase: "publishing" };
  if (at.run !== undefined && at.run.phase !== "offered") return { kind: "running", phase: at.run.phase };
  return isHeld(at) ? { kind: "running", phase: "working" } : undefined;
}

/** Nobody works on it: because there is a pull request, or because of the first thing that stands in the way. */
function resting(at: TaskSnapshot, plan: PlanContext): TaskState {
  const { pull } = at;
  if (pull?.state === "open" && pull.mergeable !== "conflict") {
    return { kind: "review", pull, step: mergeStep(at, plan.policy, planHold(plan.snapshot)) };
  }
  const failures = failuresOf(at, plan.now);
  const last = failures.at(-1);
  if (last !== undefined && isExhausted(failures, plan.policy)) return { kind: "failed", failure: last };
  if (at.issue?.labels.includes(pausedLabel)) return { kind: "paused" };
  if (pull?.state === "closed") return { kind: "blocked", block: { kind: "pull-closed", pull } };
  const block = blockedNeed(at.task, plan);
  if (block !== undefined) return { kind: "blocked", block };
  const waiting = waitingFor(at, plan);
  return waiting === undefined ? { kind: "queued", ready: true } : { kind: "queued", ready: false, waiting };
}

function waitingFor(at: TaskSnapshot, plan: PlanContext): Waiting | undefined {
  if (at.run !== undefined) return { kind: "offered", worker: at.run.worker };
  const status = planWaiting(plan.snapshot) ?? amendmentWaiting(at, plan);
  if (status !== undefined) return status;
  // Begun again it would be published again, and so on for ever: nothing of that counts as a failure.
  const published = at.lease?.lease.head !== undefined && at.pull === undefined ? at.lease.lease.branch : undefined;
  if (published !== undefined) return { kind: "pull-unseen", branch: published };
  const keys = unfinishedNeeds(at.task, plan);
  if (keys.length > 0) return { kind: "needs", keys };
  const issues = otherBlockers(at, plan);
  const elsewhere = at.issue?.blockersElsewhere ?? [];
  if (issues.length + elsewhere.length > 0) return { kind: "blockers", issues, elsewhere };
  const milliseconds = backOffLeft(at, plan.now);
  const failure = at.lease?.lease.failures.at(-1);
  return milliseconds > 0 && failure !== undefined ? { kind: "back-off", milliseconds, failure } : undefined;
}

function uncreated(at: TaskSnapshot, plan: PlanContext): Waiting {
  const status = planWaiting(plan.snapshot) ?? amendmentWaiting(at, plan);
  if (status !== undefined) return status;
  const recorded = plan.snapshot.state.record.tasks[at.task.key];
  if (recorded !== undefined) return { kind: "missing", issue: recorded.number };
  const crowded = withoutPlace(at.task, plan);
  if (crowded !== undefined) return crowded;
  const keys = unfinishedNeeds(at.task, plan);
  return keys.length > 0 ? { kind: "needs", keys } : { kind: "create-ahead" };
}

function withoutPlace({ phase }: PlannedTask, { snapshot }: PlanContext): Waiting | undefined {
  if (!usesPhases(snapshot)) return roomForIssues(snapshot) === 0 ? { kind: "no-room" } : undefined;
  const place = placeFor(snapshot, phase);
  if (place.kind === "unseen") return { kind: "no-parent", issue: place.issue };
  return place.kind === "no-room" ? { kind: "no-room" } : undefined;
}

function planWaiting({ state, parent, hold }: Snapshot): Waiting | undefined {
  const { kind } = state.record.status;
  if (kind === "draft" || kind === "cancelled") return { kind };
  if (parent.state === "closed") return { kind: "plan-closed" };
  return hold === undefined ? undefined : { kind: "hold", line: hold };
}

/** How many issues of tasks can still be made right under the plan's issue. */
export function roomForIssues({ parent, state }: Snapshot): number {
  const known = Object.keys(state.record.tasks).length;
  return Math.max(0, mostSubIssues - Math.max(known, parent.children ?? 0));
}

function amendmentWaiting({ task }: TaskSnapshot, { snapshot, amended }: PlanContext): Waiting | undefined {
  return amended.has(task.key) ? { kind: "amendment", revision: snapshot.state.record.revision } : undefined;
}

/** Why nothing of this plan may start or be merged, as one line. */
export function planHold(snapshot: Snapshot): string | undefined {
  const waiting = planWaiting(snapshot);
  return waiting === undefined ? undefined : waitingLine(waiting);
}

function unfinishedNeeds(task: PlannedTask, { tasks }: PlanContext): readonly TaskKey[] {
  return task.needs.filter((key) => !isCompleted(tasks.get(key)));
}

function isCompleted(task: TaskSnapshot | undefined): boolean {
  return task?.issue?.state === "closed" && task.issue.reason === "completed";
}

/** Needs block each other through GitHub too; they are named as needs, everything else by number. */
function otherBlockers({ task, issue }: TaskSnapshot, { tasks }: PlanContext): readonly number[] {
  const needs = new Set(task.needs.map((key) => tasks.get(key)?.issue?.number));
  return (issue?.openBlockers ?? []).filter((number) => !needs.has(number));
}

function blockedNeed(task: PlannedTask, plan: PlanContext): Block | undefined {
  for (const key of task.needs) {
    const need = plan.tasks.get(key);
    if (need?.issue === undefined || isCompleted(need)) continue;
    if (need.issue.state === "closed") return { kind: "need-dropped", key };
    if (merged(need) === undefined && working(need) === undefined && hasFailed(need, plan)) {
      return { kind: "need-failed", key };
    }
  }
  return undefined;
}

function hasFailed(task: TaskSnapshot, { policy, now }: PlanContext): boolean {
  if (task.pull?.state === "open" && task.pull.mergeable !== "conflict") return false;
  return isExhausted(failuresOf(task, now), policy);
}
