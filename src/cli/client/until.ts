import { setTimeout as sleep } from "node:timers/promises";
import type { Pace } from "./open-place.ts";

/** Looks with growing pauses until there is something, or the seconds are over. */
export async function until<Value>(
  { pace, signal }: { readonly pace: Pick<Pace, "first" | "longest">; readonly signal: AbortSignal },
  seconds: number,
  look: () => Promise<Value | undefined>,
): Promise<Value | undefined> {
  const deadline = performance.now() + seconds * 1_000;
  for (let pause = pace.first; ; pause = Math.min(pace.longest, pause * 1.5)) {
    const found = await look();
    const left = deadline - performance.now();
    if (found !== undefined || left <= 0) return found;
    await sleep(Math.min(pause, left), undefined, { signal });
  }
}
