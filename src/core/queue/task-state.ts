import { mostSubIssues } from "../plan/phases.ts";
import type { TaskSteering } from "../plan/steering.ts";
import type { Phase, PlannedTask, TaskKey } from "../task/task.ts";
import { amendedTasks } from "./amendment.ts";
import { backOffLeft, countedFailures, isBegunAnew, isExhausted, isHeld, isLaidAside } from "./attempts.ts";
import { blockBehind } from "./blocked.ts";
import type { Breaker } from "./breaker.ts";
import { breakerOf } from "./breaker.ts";
import { spentOfPlan, spentOfTask } from "./budgets.ts";
import { mergeStep } from "./merging.ts";
import { pauseOf, taskHold } from "./pauses.ts";
import { placeFor, usesPhases } from "./phase-parents.ts";
import type { Policy } from "./policy.ts";
import { waitingLine } from "./reasons.ts";
import type { Snapshot, TaskSnapshot } from "./snapshot.ts";
import type { Block, TaskState, Waiting } from "./states.ts";

/** One plan with the state of each of its tasks. */
export interface Survey {
  readonly snapshot: Snapshot;
  readonly policy: Policy;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Former tasks included. */
  readonly states: ReadonlyMap<TaskKey, TaskState>;
  /** The plan's circuit breaker is open, and one of its tasks may try whether what it met is over. */
  readonly trial: boolean;
}

/** The latest answer for a snapshot: one look asks for it several times. */
const latest = new WeakMap<Snapshot, Survey>();

/** Derives every task's state; never throws, whatever the snapshot says. */
export function survey(snapshot: Snapshot, policy: Policy, now: number): Survey {
  const known = latest.get(snapshot);
  if (known !== undefined && known.policy === policy && known.now === now) return known;
  const plan = contextOf(snapshot, policy, now);
  const all = [...snapshot.tasks, ...(snapshot.former ?? [])];
  const states = blockBehind(snapshot.tasks, new Map(all.map((at) => [at.task.key, taskState(at, plan)])));
  const answer = { snapshot, policy, now, states, trial: plan.trial };
  latest.set(snapshot, answer);
  return answer;
}

/** What is the same for all tasks of a plan is found out once. */
interface PlanContext extends Omit<Survey, "states"> {
  readonly tasks: ReadonlyMap<TaskKey, TaskSnapshot>;
  readonly amended: ReadonlySet<TaskKey>;
  readonly waiting: Waiting | undefined;
  readonly hold: string | undefined;
  readonly starts: Waiting | undefined;
  /** Why no issue can be made for a task of this phase. */
  readonly places: Map<Phase, Waiting | undefined>;
  readonly hasPhases: boolean;
}

function contextOf(snapshot: Snapshot, policy: Policy, now: number): PlanContext {
  const breaker = breakerOf(snapshot, now);
  return {
    ...{ snapshot, policy, now, places: new Map() },
    tasks: new Map(snapshot.tasks.map((at) => [at.task.key, at])),
    amended: amendedTasks(snapshot.state),
    waiting: planWaiting(snapshot),
    hold: planHold(snapshot, policy),
    starts: startWaiting(snapshot, policy, breaker),
    hasPhases: usesPhases(snapshot),
    trial: breaker?.left === 0,
  };
}

/** Nothing of the plan starts, though what is there is merged. */
function startWaiting(snapshot: Snapshot, policy: Policy, breaker: Breaker | undefined): Waiting | undefined {
  const budget = spentOfPlan(snapshot, policy);
  if (budget !== undefined) return { kind: "budget", budget };
  if (breaker === undefined) return undefined;
  const { failure, left } = breaker;
  if (left > 0) return { kind: "breaker", failure, milliseconds: left, trial: false };
  const isTried = snapshot.tasks.some((at) => at.run !== undefined || (isHeld(at) && !isPublished(at)));
  return isTried ? { kind: "breaker", failure, milliseconds: 0, trial: true } : undefined;
}

function isPublished({ lease }: TaskSnapshot): boolean {
  return lease?.lease.phase === "published";
}

function steeringOf({ task }: Pick<TaskSnapshot, "task">, { snapshot }: Pick<PlanContext, "snapshot">): TaskSteering {
  return snapshot.state.record.steering?.tasks?.[task.key] ?? {};
}

function taskState(at: TaskSnapshot, plan: PlanContext): TaskState {
  if (at.issue === undefined) return { kind: "planned", waiting: uncreated(at, plan) };
  if (at.issue.state === "closed") return { kind: at.issue.reason === "completed" ? "done" : "dropped" };
  return merged(at) ?? working(at) ?? resting(at, plan);
}

/** After the merge the lease stays until the issue is closed: without one, somebody opened the issue again. Whoever still works on it ends first. */
function merged(at: TaskSnapshot): TaskState | undefined {
  const { pull, lease } = at;
  if (pull?.state !== "merged" || isHeld(at)) return undefined;
  return lease === undefined ? { kind: "blocked", block: { kind: "reopened", pull } } : { kind: "merged", pull };
}

function working(at: TaskSnapshot): TaskState | undefined {
  if (isPublished(at)) return { kind: "running", phase: "publishing" };
  if (at.run !== undefined && at.run.phase !== "offered") return { kind: "running", phase: at.run.phase };
  return isHeld(at) ? { kind: "running", phase: "working" } : undefined;
}

/** Nobody works on it: because there is a pull request, or because of the first thing that stands in the way. */
function resting(at: TaskSnapshot, plan: PlanContext): TaskState {
  const { pull } = at;
  if (pull?.state === "open" && pull.mergeable !== "conflict") {
    return {
      kind: "review",
      pull,
      step: mergeStep(at, plan.policy, { hold: plan.hold, paused: taskHold(at, plan.snapshot.state, plan.policy) }),
    };
  }
  const steering = steeringOf(at, plan);
  const retried = steering.retried?.at;
  const failures = countedFailures(at, plan.now, retried);
  const last = failures.at(-1);
  if (last !== undefined && isExhausted(failures, plan.policy)) return { kind: "failed", failure: last };
  const pause = pauseOf(at, plan.snapshot.state);
  if (pause !== undefined) return pause;
  if (pull?.state === "closed" && !isLaidAside(at, retried)) {
    return { kind: "blocked", block: { kind: "pull-closed", pull } };
  }
  const block = blockedNeed(at.task, plan);
  if (block !== undefined) return { kind: "blocked", block };
  const waiting = waitingFor(at, plan);
  return waiting === undefined ? { kind: "queued", ready: true } : { kind: "queued", ready: false, waiting };
}

function waitingFor(at: TaskSnapshot, plan: PlanContext): Waiting | undefined {
  if (at.run !== undefined) return { kind: "offered", worker: at.run.worker };
  const status = plan.waiting ?? amendmentWaiting(at, plan);
  if (status !== undefined) return status;
  if (at.unreadableLease !== undefined) return { kind: "lease-unreadable", ref: at.unreadableLease };
  // Begun again it would be published again, and so on for ever: nothing of that counts as a failure.
  const published = at.lease?.lease.head !== undefined && at.pull === undefined ? at.lease.lease.branch : undefined;
  if (published !== undefined) return { kind: "pull-unseen", branch: published };
  const keys = unfinishedNeeds(at.task, plan);
  if (keys.length > 0) return { kind: "needs", keys };
  const issues = otherBlockers(at, plan);
  const elsewhere = at.issue?.blockersElsewhere ?? [];
  if (issues.length + elsewhere.length > 0) return { kind: "blockers", issues, elsewhere };
  const milliseconds = backOffLeft(at, plan.now, steeringOf(at, plan).retried?.at);
  const failure = at.lease?.lease.failures.at(-1);
  if (milliseconds > 0 && failure !== undefined) return { kind: "back-off", milliseconds, failure };
  return limitOf(at, plan);
}

/** It could start, and may not: money, a plan that fails alike again and again, an agent that is parked. */
function limitOf(at: TaskSnapshot, plan: PlanContext): Waiting | undefined {
  const { agent, retried } = steeringOf(at, plan);
  // Whoever has it tried anew wants to know now whether what the plan met is over.
  const isTrial = plan.starts?.kind === "breaker" && isBegunAnew(at, retried?.at);
  if (plan.starts !== undefined && !isTrial) return plan.starts;
  const budget = spentOfTask(at, plan.policy);
  if (budget !== undefined) return { kind: "budget", budget };
  const parked = plan.snapshot.parked?.find((one) => one.agent === agent);
  return parked === undefined ? undefined : { kind: "parked", agent: parked.agent, milliseconds: parked.left };
}

function uncreated(at: TaskSnapshot, plan: PlanContext): Waiting {
  const status = plan.waiting ?? amendmentWaiting(at, plan);
  if (status !== undefined) return status;
  const recorded = plan.snapshot.state.record.tasks[at.task.key];
  if (recorded !== undefined) return { kind: "missing", issue: recorded.number };
  const crowded = withoutPlace(at.task, plan);
  if (crowded !== undefined) return crowded;
  const keys = unfinishedNeeds(at.task, plan);
  return keys.length > 0 ? { kind: "needs", keys } : { kind: "create-ahead" };
}

function withoutPlace({ phase }: PlannedTask, plan: PlanContext): Waiting | undefined {
  if (!plan.places.has(phase)) plan.places.set(phase, phaseWithoutPlace(phase, plan));
  return plan.places.get(phase);
}

function phaseWithoutPlace(phase: Phase, { snapshot, hasPhases }: PlanContext): Waiting | undefined {
  if (!hasPhases) return roomForIssues(snapshot) === 0 ? { kind: "no-room" } : undefined;
  const place = placeFor(snapshot, phase);
  if (place.kind === "unseen") return { kind: "no-parent", issue: place.issue };
  return place.kind === "no-room" ? { kind: "no-room" } : undefined;
}

function planWaiting({ state, parent, hold }: Snapshot): Waiting | undefined {
  const { kind } = state.record.status;
  if (kind === "draft" || kind === "cancelled") return { kind };
  if (parent.state === "closed") return { kind: "plan-closed" };
  if (hold !== undefined) return { kind: "hold", line: hold };
  const paused = state.record.steering?.paused;
  return paused === undefined ? undefined : { kind: "plan-paused", by: paused.by };
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
export function planHold(snapshot: Snapshot, policy?: Pick<Policy, "commands">): string | undefined {
  const waiting = planWaiting(snapshot);
  return waiting === undefined ? undefined : waitingLine(waiting, policy);
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

function hasFailed(task: TaskSnapshot, plan: PlanContext): boolean {
  if (task.pull?.state === "open" && task.pull.mergeable !== "conflict") return false;
  return isExhausted(countedFailures(task, plan.now, steeringOf(task, plan).retried?.at), plan.policy);
}
