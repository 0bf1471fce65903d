import { expect } from "vitest";
import { takeoverMarginMilliseconds } from "../../../../src/core/queue/attempts.ts";
import { chaos } from "../../chaos.ts";
import { observeHolder } from "../../clocks/observer.ts";
import { clockErrors, wrongClock } from "../../clocks/wrong-clock.ts";
import { finalState } from "../../hub/final-state.ts";
import { playThreads } from "../../hub/play.ts";

/** A lease's length and the margin, milliseconds. */
const patience = 900_000 + takeoverMarginMilliseconds;

chaos(10, "of who looks on", async ({ count }) => {
  for (const error of clockErrors) {
    const { early, takenOverAfter } = await observeHolder((clock) => wrongClock(clock, error), count);
    const name = JSON.stringify(error);
    expect(early, name).toBe(0);
    // It was renewed at its half at the latest; only who looks on counts the time.
    expect(takenOverAfter * error.speed, name).toBeGreaterThanOrEqual(patience - 450_000 * error.speed);
    expect(takenOverAfter * error.speed, name).toBeLessThan(patience + 300_000);
  }
  return { clocks: clockErrors.length, "hours each": count, "taken over early": 0 };
});

chaos(10, "of a hub", async ({ count, random }) => {
  for (let round = 0; round < count; round += 1) {
    const seed = random.below(2 ** 31);
    const right = await finalState(await playThreads({ seed, comments: 8 }));
    for (const error of round === 0 ? clockErrors.slice(0, 4) : clockErrors) {
      const stage = await playThreads({ seed, comments: 8, clockOf: (clock) => wrongClock(clock, error) });
      expect(await finalState(stage), JSON.stringify(error)).toEqual(right);
    }
  }
  return { plays: count * clockErrors.length };
});
