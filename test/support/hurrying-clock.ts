import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../src/ports/clock.ts";

/** A clock on which every sleep passes at once, and which remembers what was slept. */
export interface HurryingClock extends Clock {
  readonly slept: readonly number[];
}

/** Starts at 2026-01-01T00:00:00Z; time passes only by sleeping. */
export function hurryingClock(start = Date.UTC(2026, 0, 1)): HurryingClock {
  let elapsed = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => start + elapsed,
    monotonic: () => elapsed,
    async sleep(milliseconds, signal) {
      await setImmediate();
      signal?.throwIfAborted();
      slept.push(milliseconds);
      elapsed += milliseconds;
    },
  };
}
