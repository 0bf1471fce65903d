import type { Clock } from "../../../src/ports/clock.ts";

const hour = 3_600_000;

/** How a machine's clock is wrong. */
export interface Error {
  /** Milliseconds its wall clock is ahead. */
  readonly ahead: number;
  /** How many of its seconds pass in one. */
  readonly speed: number;
}

/** What the promise names. */
export const clockErrors: readonly Error[] = [
  ...[-24 * hour, -hour, hour, 24 * hour].map((ahead) => ({ ahead, speed: 1 })),
  { ahead: 0, speed: 2 },
  { ahead: -hour, speed: 0.5 },
];

/** The same time, shown by such a clock. */
export function wrongClock(clock: Clock, { ahead, speed }: Error): Clock {
  const begin = clock.now();
  return {
    now: () => begin + (clock.now() - begin) * speed + ahead,
    monotonic: () => clock.monotonic() * speed,
    sleep: (milliseconds, signal) => clock.sleep(milliseconds / speed, signal),
  };
}
