import type { Clock } from "../../../src/ports/clock.ts";

/** A clock that stands still until a test moves it. */
export interface SettableClock extends Clock {
  /** Moves both clocks and wakes every sleeper whose time has come, earliest first. */
  advance(milliseconds: number): void;
  /** Moves the wall clock alone, as an operator or NTP would. */
  set(now: number): void;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Starts at 2026-01-01T00:00:00Z unless told otherwise. */
export function settableClock(start = Date.UTC(2026, 0, 1)): SettableClock {
  let wall = start;
  let monotonic = 0;
  let sleepers: Sleeper[] = [];
  return {
    now: () => wall,
    monotonic: () => monotonic,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const abort = () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal?.reason);
        };
        const sleeper = {
          due: monotonic + milliseconds,
          wake: () => {
            signal?.removeEventListener("abort", abort);
            resolve();
          },
        };
        signal?.addEventListener("abort", abort, { once: true });
        sleepers.push(sleeper);
      }),
    advance(milliseconds) {
      wall += milliseconds;
      monotonic += milliseconds;
      const due = sleepers.filter((sleeper) => sleeper.due <= monotonic).sort((a, b) => a.due - b.due);
      sleepers = sleepers.filter((sleeper) => sleeper.due > monotonic);
      for (const sleeper of due) sleeper.wake();
    },
    set(now) {
      wall = now;
    },
  };
}
