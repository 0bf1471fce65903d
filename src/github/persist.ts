import { CoppiceError } from "../core/errors.ts";
import type { Clock } from "../ports/clock.ts";

/** Tries in all, the first included. */
const tries = 4;
/** The first wait, milliseconds; it doubles. */
const firstWait = 500;

/**
 * Tries again what may be tried again: anything the forge refused for a limit (it had no effect, and the budget knows
 * when to come back), and idempotent requests that got no answer or a 5xx.
 */
export async function persist<Answer>(
  attempt: () => Promise<Answer>,
  options: { idempotent: boolean; clock: Clock; signal: AbortSignal },
): Promise<Answer> {
  const { idempotent, clock, signal } = options;
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      const code = error instanceof CoppiceError ? error.code : undefined;
      // A refusal by our own budget has no cause: it has waited long enough already.
      const refusedByForge = code === "forge-limited" && error instanceof CoppiceError && error.cause !== undefined;
      const retriable = refusedByForge || (idempotent && code === "forge-unavailable");
      if (!retriable || count === tries || signal.aborted) throw error;
      // Half of the wait is random, so that clients that failed together do not come back together.
      if (code === "forge-unavailable")
        await clock.sleep(firstWait * 2 ** (count - 1) * (0.5 + Math.random() / 2), signal);
    }
  }
}
