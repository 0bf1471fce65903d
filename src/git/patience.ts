import { CoppiceError, isDiskFull } from "../core/errors.ts";
import type { Clock } from "../ports/clock.ts";

/** How long a remote that does not answer is asked again before a run's work is given up for it, milliseconds. */
export const longPatience = 120_000;

/** Between two attempts, milliseconds: the first pause, doubled up to the longest. */
const firstPause = 500;
const longestPause = 15_000;

/** Attempts it again and again, with pauses, while it throws a CoppiceError and `milliseconds` are not over; then throws the last one. */
export async function patiently<T>(
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal },
  milliseconds: number,
  attempt: () => Promise<T>,
): Promise<T> {
  const end = clock.monotonic() + milliseconds;
  for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CoppiceError) || isDiskFull(error) || clock.monotonic() + pause > end) throw error;
    }
    await clock.sleep(pause, signal);
  }
}
