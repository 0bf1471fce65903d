import { isAbandoned, isHeld, takeoverMarginMilliseconds } from "./attempts.ts";
import { checksGraceLeft, mergeRetryMilliseconds } from "./merging.ts";
import type { Policy } from "./policy.ts";
import type { Snapshot, TaskSnapshot } from "./snapshot.ts";
import { dayMilliseconds, startOfDay } from "./spending.ts";
import type { TaskState } from "./states.ts";
import { survey } from "./task-state.ts";

/** How soon to look again while the forge computes whether a pull request can be merged. */
const computingMilliseconds = 3_000;

/** Milliseconds until the mere passing of time may change what should be done; undefined when only events can. */
export function wakeAfter(snapshot: Snapshot, policy: Policy, now: number): number | undefined {
  const { states } = survey(snapshot, policy, now);
  const times = snapshot.tasks.flatMap((at) => {
    const state = states.get(at.task.key);
    if (state === undefined) return [];
    return [...pauseOf(state, now), ...leaseOf(at), ...mergeOf(at, state, policy), ...labelsOf(at)];
  });
  return times.length === 0 ? undefined : Math.min(...times);
}

function pauseOf(state: TaskState, now: number): number[] {
  if (state.kind !== "queued" || state.ready) return [];
  const { waiting } = state;
  switch (waiting.kind) {
    case "back-off":
    case "parked":
      return [waiting.milliseconds];
    case "breaker":
      return waiting.trial ? [] : [waiting.milliseconds];
    case "budget":
      return waiting.budget.scope === "day" ? [startOfDay(now) + dayMilliseconds - now] : [];
    default:
      return [];
  }
}

function leaseOf(at: TaskSnapshot): number[] {
  const { lease, run } = at;
  if (lease === undefined || run !== undefined || lease.lease.phase === "published") return [];
  if (!isHeld(at) || isAbandoned(at)) return [];
  return [lease.lease.seconds * 1_000 + takeoverMarginMilliseconds - lease.unchangedFor];
}

function labelsOf({ labelsRest, stateLabelRest }: TaskSnapshot): number[] {
  return [labelsRest, stateLabelRest?.left].filter((rest) => rest !== undefined);
}

function mergeOf(at: TaskSnapshot, state: TaskState, policy: Policy): number[] {
  if (policy.merge !== "auto" || state.kind !== "review" || state.step.kind !== "wait") return [];
  if (state.step.why === "mergeable-unknown") return [computingMilliseconds];
  if (state.step.why === "checks-unseen") return [checksGraceLeft(at, policy)];
  return state.step.why === "refused" ? [mergeRetryMilliseconds - (at.mergeRefused?.ago ?? 0)] : [];
}
