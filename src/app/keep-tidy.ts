import type { Mirror } from "../git/mirror.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";

/** Milliseconds: not while much is begun; then once a day; sooner again where another mirror had the turn. */
const pauses = { first: 3_600_000, next: 24 * 3_600_000, turn: 60_000 };

/** One mirror at a time, over all repositories: repacking takes a processor. */
let isTaken = false;

export interface KeepTidyOptions {
  readonly mirror: Pick<Mirror, "tidy">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Has the mirror repacked once a day where it needs that, while work on it goes on; resolves after the signal. */
export async function keepTidy({ mirror, clock, log }: KeepTidyOptions, signal: AbortSignal): Promise<void> {
  let pause = pauses.first;
  while (!signal.aborted) {
    await clock.sleep(pause, signal).catch(() => undefined);
    if (signal.aborted) return;
    pause = isTaken ? pauses.turn : pauses.next;
    if (isTaken) continue;
    isTaken = true;
    try {
      if (await mirror.tidy(signal)) log.info({}, "The mirror is repacked");
    } catch (error) {
      if (!signal.aborted) log.warn({ error: String(error) }, "The mirror was not repacked; tried again in a day");
    } finally {
      isTaken = false;
    }
  }
}
