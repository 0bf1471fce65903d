import type { Looks } from "./looks.ts";
import type { PassResult } from "./pass.ts";
import type { ReconcilerTiming } from "./ports.ts";
import { staleMilliseconds } from "./readings.ts";
import type { Sightings } from "./sightings.ts";

export interface LookedAt {
  readonly plan: number;
  readonly result: Extract<PassResult, { kind: "seen" }>;
  readonly looks: Looks;
  readonly sightings: Sightings;
  readonly timing: Pick<ReconcilerTiming, "settle">;
  /** Monotonic milliseconds. */
  readonly now: number;
}

/** In how many milliseconds a plan is to be looked at again: soon after acts, later when the same were due once more. */
export function lookAgainAfter(looked: LookedAt): readonly number[] {
  const { plan, result, looks, sightings, timing } = looked;
  const { acts, shown, showAfter, followFor, snapshot } = result;
  const again: number[] = [];
  const repeated = looks.isRepeated(plan, { acts, shown });
  if (acts !== "") again.push(repeated ? staleMilliseconds : timing.settle);
  else if (shown !== "") again.push(repeated ? staleMilliseconds : 0);
  else if (showAfter === undefined) looks.settle(snapshot);
  if (showAfter !== undefined) again.push(showAfter);
  if (followFor !== undefined) again.push(followFor);
  const twins = sightings.untilTwinsShow(plan);
  if (twins !== undefined) again.push(twins);
  return [...again, ...whenTimeTells(looked)];
}

/** Where time alone changes what is to be done, only what is read then counts. */
function whenTimeTells({ plan, result: { wakeAfter }, sightings: { readings }, now }: LookedAt): readonly number[] {
  const again: number[] = [];
  const view = readings.view(plan);
  if (wakeAfter !== undefined) {
    view.doubtAt(now + wakeAfter);
    readings.leases.doubtAt(now + wakeAfter);
    again.push(wakeAfter);
  }
  if (view.until > now && Number.isFinite(view.until)) again.push(view.until - now);
  return again;
}
