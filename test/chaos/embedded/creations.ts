/** The most that came within so many milliseconds, of totals read at times that rise. */
export function mostWithin(readings: readonly { at: number; total: number }[], milliseconds: number): number {
  let most = 0;
  let first = 0;
  for (const { at, total } of readings) {
    while ((readings[first]?.at ?? at) < at - milliseconds) first += 1;
    most = Math.max(most, total - (readings[first]?.total ?? total));
  }
  return most;
}
