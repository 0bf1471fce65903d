import { setImmediate } from "node:timers/promises";
import { builtInSpecialists } from "../../../src/planner/specialists.ts";
import type { Clock } from "../../../src/ports/clock.ts";

// The only files that are read in between: hours would pass here before a busy machine had read them.
await builtInSpecialists();

/** A clock that stands still until a test moves it. */
export interface SettableClock extends Clock {
  /** Moves both clocks and wakes every sleeper whose time has come, earliest first. */
  advance(milliseconds: number): void;
  /**
   * Lets everything in memory go on as far as it can without time, moves to when the next sleeper wakes, `latest`
   * (monotonic) at the latest, and lets that go on too: nothing is waited for, however long the sleep.
   */
  step(latest: number): Promise<void>;
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
  const sleepers = new Set<Sleeper>();
  const advance = (milliseconds: number) => {
    wall += milliseconds;
    monotonic += milliseconds;
    const due = [...sleepers].filter((sleeper) => sleeper.due <= monotonic).sort((a, b) => a.due - b.due);
    for (const sleeper of due) {
      sleepers.delete(sleeper);
      sleeper.wake();
    }
  };
  return {
    advance,
    now: () => wall,
    monotonic: () => monotonic,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const abort = () => {
          sleepers.delete(sleeper);
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
        sleepers.add(sleeper);
      }),
    async step(latest) {
      await setImmediate();
      const next = Math.min(latest, ...[...sleepers].map(({ due }) => due));
      advance(Math.max(0, next - monotonic));
      await setImmediate();
    },
    set(now) {
      wall = now;
    },
  };
}
