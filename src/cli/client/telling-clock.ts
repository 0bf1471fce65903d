import type { Clock } from "../../ports/clock.ts";

/** A shorter wait is not worth a line, milliseconds; what is tried again after a failure waits less. */
const long = 3_000;

/** A clock that tells of long waits: only for a limit of the forge does a command wait that long, and it looks dead meanwhile. */
export function tellingClock(clock: Clock, tell: (line: string) => void): Clock {
  let toldUntil = Number.NEGATIVE_INFINITY;
  return {
    ...clock,
    sleep(milliseconds, signal) {
      const end = clock.monotonic() + milliseconds;
      if (milliseconds >= long && end > toldUntil + long) {
        toldUntil = end;
        tell(`the forge limits how much it may be asked; going on in ${Math.ceil(milliseconds / 1_000)} s`);
      }
      return clock.sleep(milliseconds, signal);
    },
  };
}
