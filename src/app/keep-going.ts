import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";

/** Pauses before it is begun again, milliseconds: doubled each time; what lasted `steady` begins with the first again. */
const pauses = { first: 1_000, longest: 300_000, steady: 60_000 };

export interface KeepGoingOptions {
  readonly run: (signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface Going {
  /** Resolves after the signal, when what ran has ended. */
  readonly ended: Promise<void>;
  /** It threw, and has not lasted since. */
  isFailing(): boolean;
}

/** Runs what should only end by the signal, and begins it again when it throws. */
export function keepGoing({ run, clock, log, signal }: KeepGoingOptions): Going {
  let failures = 0;
  let begunAt = 0;
  let isDown = false;
  const isSteady = () => !isDown && clock.monotonic() - begunAt >= pauses.steady;
  const go = async () => {
    while (!signal.aborted) {
      begunAt = clock.monotonic();
      isDown = false;
      try {
        return await run(signal);
      } catch (error) {
        failures = isSteady() ? 1 : failures + 1;
        isDown = true;
        const pause = Math.min(pauses.first * 2 ** Math.min(failures - 1, 30), pauses.longest);
        log.error({ error: String(error), failures, pause }, "The reconciler ended by itself and is started again");
        await clock.sleep(pause, signal).catch(() => undefined);
      }
    }
  };
  return { ended: go(), isFailing: () => failures > 0 && !isSteady() };
}
