/** How many times longer than usual something rests at most that others tell of when all is well. */
export const longestRest = 10;

/** How long to rest until the next look: as usual after news, twice as long as before where there was none. Milliseconds. */
export function nextRest(
  before: number,
  { usual, isNews }: { readonly usual: number; readonly isNews: boolean },
): number {
  return isNews ? usual : Math.min(usual * longestRest, before * 2);
}
