import { setTimeout } from "node:timers/promises";
import { follow } from "./stopping.ts";

/** What the forge goes by; a test gives one of its own to have hours pass at once. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Ends early when the signal is aborted; then it rejects. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export interface ForgeClock extends Clock {
  /** Puts the clock forward; whoever slept until then wakes. */
  advance(milliseconds: number): void;
}

/** A machine's own clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal, ref: false }),
};

// A timer cannot be longer. Milliseconds.
const longestSleep = 2 ** 31 - 1;

/** The given clock, which can be put forward. */
export function forgeClock(base: Clock): ForgeClock {
  let ahead = 0;
  let advanced = new AbortController();
  const now = () => base.now() + ahead;
  return {
    now,
    advance: (milliseconds) => {
      ahead += milliseconds;
      const previous = advanced;
      advanced = new AbortController();
      previous.abort();
    },
    sleep: async (milliseconds, signal) => {
      const until = now() + milliseconds;
      for (;;) {
        signal?.throwIfAborted();
        const left = Math.min(until - now(), longestSleep);
        if (left <= 0) return;
        const isWoken = await sleepOrWake(base, left, [advanced.signal, signal]);
        // Who has slept has slept, whatever the given clock shows: a sleep that changes nothing would go on forever.
        if (!isWoken && left < longestSleep) return;
      }
    },
  };
}

/** True: one of the signals ended it. Nothing of it stays at them, though both live as long as the forge. */
async function sleepOrWake(
  base: Clock,
  milliseconds: number,
  [advanced, signal]: readonly [AbortSignal, AbortSignal | undefined],
): Promise<boolean> {
  const waking = new AbortController();
  const followings = [advanced, signal].flatMap((long) => (long === undefined ? [] : [follow(long, { own: waking })]));
  try {
    await Promise.race([base.sleep(milliseconds, waking.signal), aborted(waking.signal)]);
  } catch (error) {
    if (!waking.signal.aborted) throw error;
  } finally {
    for (const following of followings) following.end();
  }
  return waking.signal.aborted;
}

// A clock that is given need not look at signals.
function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
