import type { Clock } from "../../../src/ports/clock.ts";
import { systemClock } from "../../git/system-clock.ts";

/** The wall clock is the machine's; waits, and the time they are measured by, pass so many times as fast. */
export function hurriedClock(speed: number): Clock {
  return {
    now: systemClock.now,
    monotonic: () => systemClock.monotonic() * speed,
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / speed, signal),
  };
}
