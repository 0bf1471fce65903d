/** How many times longer than usual something rests at most that others tell of when all is well. */
export const longestRest = 10;

/** How fast a rest grows: the third one is the longest. */
const growth = 4;

/** How long to rest until the next look: as usual after news, else four times as long as before. Milliseconds. */
export function nextRest(
  before: number,
  { usual, isNews }: { readonly usual: number; readonly isNews: boolean },
): number {
  return isNews ? usual : Math.min(usual * longestRest, before * growth);
}
