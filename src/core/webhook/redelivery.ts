/** One attempt of the forge to deliver a webhook. */
export interface DeliveryAttempt {
  readonly id: number;
  /** The same for every attempt at one event. */
  readonly guid: string;
  /** ISO 8601, the forge's clock. */
  readonly at: string;
  /** Of the answer; 0 where there was none in time. */
  readonly statusCode: number;
}

/** What is known of deliveries that nobody took in yet. */
export interface DeliveriesSeen {
  /** The newest attempt that was looked at; the forge's clock, ISO 8601. */
  readonly until?: string;
  /** By guid: every attempt, the newest last. */
  readonly failed: ReadonlyMap<string, readonly DeliveryAttempt[]>;
}

export const noDeliveries: DeliveriesSeen = { failed: new Map() };

/** The forge keeps them for three days, milliseconds. */
const kept = 3 * 24 * 60 * 60_000;

/** An attempt may show late, after newer ones; milliseconds. */
const overlap = 120_000;

/** Attempts at one event, the first included: what nobody took in by then the sweeps have found. */
const mostTries = 3;

/** What was missed together comes back in portions. */
const mostAtOnce = 30;

/** Takes in attempts, in any order; those that are known already change nothing. */
export function withAttempts(seen: DeliveriesSeen, attempts: readonly DeliveryAttempt[]): DeliveriesSeen {
  const failed = new Map(seen.failed);
  for (const attempt of attempts) {
    const before = failed.get(attempt.guid) ?? [];
    if (before.every(({ id }) => id !== attempt.id)) failed.set(attempt.guid, [...before, attempt].sort(byTime));
  }
  // One that arrived once has arrived, whatever was sent again by hand.
  for (const { guid, statusCode } of attempts) if (statusCode >= 200 && statusCode < 300) failed.delete(guid);
  const times = [seen.until ?? "", ...attempts.map(({ at }) => at)].filter(Boolean);
  const until = times.sort((one, other) => Date.parse(one) - Date.parse(other)).at(-1);
  if (until === undefined) return seen;
  for (const [guid, tries] of failed) {
    const newest = tries.at(-1);
    if (newest !== undefined && Date.parse(newest.at) < Date.parse(until) - kept) failed.delete(guid);
  }
  return { until, failed };
}

/** Whether a page of attempts goes back far enough: no older ones have to be listed. */
export function reachesBack({ until }: DeliveriesSeen, attempts: readonly DeliveryAttempt[]): boolean {
  if (attempts.length === 0) return true;
  const times = attempts.map(({ at }) => Date.parse(at));
  const enough = until === undefined ? Math.max(...times) - kept : Date.parse(until) - overlap;
  return Math.min(...times) <= enough;
}

/** What is to be delivered once more, the oldest first; `sent`: attempts that were sent again already. */
export function toRedeliver({ failed }: DeliveriesSeen, sent: ReadonlySet<number>): readonly DeliveryAttempt[] {
  return [...failed.values()]
    .filter((tries) => tries.length < mostTries)
    .flatMap((tries) => tries.slice(-1))
    .filter(({ id }) => !sent.has(id))
    .sort(byTime)
    .slice(0, mostAtOnce);
}

function byTime(one: DeliveryAttempt, other: DeliveryAttempt): number {
  return Date.parse(one.at) - Date.parse(other.at) || one.id - other.id;
}
