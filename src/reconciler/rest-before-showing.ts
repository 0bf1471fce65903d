/** How a plan has moved and was shown so far. All times are milliseconds on the observer's monotonic clock. */
export interface Shown {
  /** How long some task has been about to change by itself; undefined: none is. */
  readonly movingFor: number | undefined;
  /** Infinite: never. */
  readonly sinceShown: number;
  /** It was last shown as a draft and is approved now, or the like. */
  readonly isOtherStatus: boolean;
  /** Somebody has just written here what is to be shown. */
  readonly isAsked: boolean;
}

/** At rest, and before approval, it is shown at once, but never more often than this; milliseconds. */
const shortestPeriod = 1_000;

/** While work flows, what people see is brought up to date no more often than this; milliseconds. */
const movingPeriod = 10_000;

/** And no less often than this, however long it flows; milliseconds. */
const longestPeriod = 60_000;

/**
 * Milliseconds until what has changed is worth the requests of showing it. While work flows that takes as long again as
 * it had been flowing when it was last shown: a plan costs no more where it takes longer.
 */
export function restBeforeShowing(shown: Shown): number {
  return Math.max(0, period(shown) - shown.sinceShown);
}

function period({ movingFor, sinceShown, isOtherStatus, isAsked }: Shown): number {
  if (movingFor === undefined || isOtherStatus) return shortestPeriod;
  if (isAsked) return movingPeriod;
  return Math.min(longestPeriod, Math.max(movingPeriod, movingFor - sinceShown));
}
