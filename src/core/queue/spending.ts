import type { Usage } from "../plan/plan.ts";
import { noUsage } from "../plan/plan.ts";
import { totalTokens } from "../plan/usage.ts";
import type { Failure, RunRecord } from "../run/run.ts";

/** What work has cost so far. */
export interface Spending {
  /** Each counted once, cached or not. */
  readonly tokens: number;
  /** US dollars; what has no known price counts nothing. */
  readonly dollars: number;
  /** Of agents at work. */
  readonly seconds: number;
}

export const nothingSpent: Spending = { tokens: 0, dollars: 0, seconds: 0 };

/** The sum of all of them. */
export function addSpending(all: readonly Spending[]): Spending {
  return all.reduce(
    (sum, one) => ({
      tokens: sum.tokens + one.tokens,
      dollars: sum.dollars + one.dollars,
      seconds: sum.seconds + one.seconds,
    }),
    nothingSpent,
  );
}

/** What a model was used for, as spending. */
export function spendingOf(usage: Usage, seconds = 0): Spending {
  return { tokens: totalTokens(usage), dollars: usage.dollars ?? 0, seconds };
}

/** One attempt that ended, and what it cost. */
export interface EndedAttempt {
  /** ISO 8601, the worker's clock. */
  readonly at: string;
  readonly spending: Spending;
}

/**
 * Every attempt of one task once: the published ones with the failures before them, and what the lease says has failed
 * since. A failure stands in the lease and in each later record: it is known by its time, kind and words.
 */
export function endedAttempts(
  records: readonly RunRecord[],
  failures: readonly Failure[] = [],
): readonly EndedAttempt[] {
  const all = [...records.flatMap((record) => record.failures ?? []), ...failures];
  const failed = new Map(all.map((failure) => [`${failure.at} ${failure.kind} ${failure.message}`, failure]));
  return [...[...failed.values()].map(ofFailure), ...records.map(ofRecord)];
}

function ofFailure({ at, usage = noUsage, seconds }: Failure): EndedAttempt {
  return { at, spending: spendingOf(usage, seconds) };
}

function ofRecord({ startedAt, endedAt, usage }: RunRecord): EndedAttempt {
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000;
  return { at: endedAt, spending: spendingOf(usage, seconds > 0 ? seconds : 0) };
}

/** When the day of this moment began, UTC, milliseconds since 1970. */
export function startOfDay(now: number): number {
  return Math.floor(now / dayMilliseconds) * dayMilliseconds;
}

export const dayMilliseconds = 24 * 60 * 60_000;

/** What ended today or, by a clock that runs ahead, later: no clock gets around the day's budget that way. */
export function spentToday(ended: readonly EndedAttempt[], now: number): Spending {
  const start = startOfDay(now);
  return addSpending(ended.filter(({ at }) => Date.parse(at) >= start).map(({ spending }) => spending));
}
