import type { Usage } from "../plan/plan.ts";
import { noUsage } from "../plan/plan.ts";
import { totalTokens } from "../plan/usage.ts";
import type { Oid } from "../repository.ts";
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
  /** ISO 8601, the clock of the hub that offered it. */
  readonly at: string;
  readonly spending: Spending;
}

/** What many attempts cost together; those of the newest day apart, because a day has a budget. */
export interface Tally {
  /** The newest day on which one of them ended, UTC: `2026-11-21`. */
  readonly day: string;
  /** What ended on that day. */
  readonly thatDay: Spending;
  /** What ended before. */
  readonly before: Spending;
}

/** What a task's failed attempts cost whose lease is gone. */
export interface GoneCosts extends Tally {
  /** The lease commit that was counted last: while it is still there, it is not counted once more. */
  readonly lease: Oid;
}

/** The sum with these attempts in it; undefined while there is nothing to sum up. */
export function tally(sum: Tally | undefined, ended: readonly EndedAttempt[]): Tally | undefined {
  return ended.reduce(added, sum);
}

function added(sum: Tally | undefined, { at, spending }: EndedAttempt): Tally {
  const day = new Date(startOfDay(Date.parse(at) || 0)).toISOString().slice(0, 10);
  if (sum === undefined) return { day, thatDay: spending, before: nothingSpent };
  if (day === sum.day) return { ...sum, thatDay: addSpending([sum.thatDay, spending]) };
  if (day < sum.day) return { ...sum, before: addSpending([sum.before, spending]) };
  return { day, thatDay: spending, before: addSpending([sum.before, sum.thatDay]) };
}

/** Where a task's failed attempts are told of. */
export interface FailedAttempts {
  readonly held?: HeldFailures | undefined;
  readonly gone?: GoneCosts | undefined;
}

export interface HeldFailures {
  readonly oid: Oid;
  readonly lease: { readonly failures: readonly Failure[]; readonly earlier?: Tally };
}

/**
 * Every attempt of one task once: the published ones, what its lease says has failed, and what leases said that are gone.
 * Records carry the failures before them too: where nothing else tells of any, theirs are taken, each once.
 */
export function endedAttempts(
  records: readonly RunRecord[],
  { held, gone }: FailedAttempts = {},
): readonly EndedAttempt[] {
  const published = records.map(ofRecord);
  if (held === undefined && gone === undefined) return [...carriedFailures(records), ...published];
  const failed = held === undefined || held.oid === gone?.lease ? [] : failedUnder(held.lease);
  return [...failed, ...(gone === undefined ? [] : summedUp(gone)), ...published];
}

/** The failed attempts that a lease tells of. */
export function failedUnder({ failures, earlier }: HeldFailures["lease"]): readonly EndedAttempt[] {
  return [...(earlier === undefined ? [] : summedUp(earlier)), ...failures.map(ofFailure)];
}

/** A failure stands in each later record: it is known by its time, kind and words. */
function carriedFailures(records: readonly RunRecord[]): readonly EndedAttempt[] {
  const all = records.flatMap(({ failures = [] }) => failures);
  const failed = new Map(all.map((failure) => [`${failure.at} ${failure.kind} ${failure.message}`, failure]));
  return [...failed.values()].map(ofFailure);
}

function summedUp({ day, thatDay, before }: Tally): readonly EndedAttempt[] {
  return [
    { at: new Date(0).toISOString(), spending: before },
    { at: `${day}T00:00:00.000Z`, spending: thatDay },
  ];
}

export function ofFailure({ at, usage = noUsage, seconds }: Failure): EndedAttempt {
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

/** What ended today or, by a hub's clock that runs ahead, later: no clock gets around the day's budget that way. */
export function spentToday(ended: readonly EndedAttempt[], now: number): Spending {
  const start = startOfDay(now);
  return addSpending(ended.filter(({ at }) => Date.parse(at) >= start).map(({ spending }) => spending));
}
