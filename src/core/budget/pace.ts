/** How many times longer than usual something rests at most that others tell of when all is well. */
const longestRest = 10;

/** How fast a rest grows: the third one is the longest. */
const growth = 4;

/** How long to rest until the next look, milliseconds: as usual at first (`before` is 0) and after news, else four times as long as before. */
export function nextRest(before: number, usual: number): number {
  return before === 0 ? usual : Math.min(usual * longestRest, before * growth);
}
