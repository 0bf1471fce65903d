import { expect } from "vitest";
import { githubLimits } from "../../../../src/core/budget/limits.ts";
import { chaos } from "../../chaos.ts";
import { mostWithin } from "../../embedded/creations.ts";
import { hurriedClock } from "../../embedded/hurried-clock.ts";
import { playThrough } from "../../embedded/trouble.ts";
import type { EmbeddedWorld } from "../../embedded/world.ts";

/** What is on its way when a window closes has heard of nothing; milliseconds of the hurried clock. */
const grace = 20_000;

for (const how of ["retry-after", "primary", "secondary"] as const) {
  chaos(7, how, async ({ count, random, isFull }) => {
    // Half of all calls, as promised, take an hour of windows a task; every `npm test` has time for a few.
    const rule = { fault: "limited", how, seconds: 60, graceMilliseconds: grace, share: isFull ? 0.5 : 0.15 } as const;
    const faults = { seed: random.below(2 ** 31), requests: [rule] };
    const { seen } = await playLimited({ count, speed: 100, begin: ({ admin }) => admin.setFaults(faults) });
    expect(seen.limited).toBeGreaterThan(0);
    expect(seen.insideClosedWindow).toBe(0);
    return { "windows closed": seen.limited, "requests inside": seen.insideClosedWindow };
  });
}

chaos(7, "creations", async ({ count }) => {
  // The forge counts for itself and refuses what is too much: nothing may be.
  const limits = { seed: 1, limits: "github" } as const;
  const { seen, minute, hour, minutes } = await playLimited({
    count,
    speed: 20,
    begin: ({ admin }) => admin.setFaults(limits),
  });
  expect(seen.overLimit).toBe(0);
  expect(seen.limited).toBe(0);
  expect(minute).toBeLessThanOrEqual(80);
  expect(hour).toBeLessThanOrEqual(500);
  return { "calls refused": 0, "a minute at most": minute, "an hour at most": hour, "minutes of the forge": minutes };
});

interface Limited {
  readonly count: number;
  /** How many of its seconds pass in one: windows of minutes, a machine of milliseconds. */
  readonly speed: number;
  readonly begin?: (forge: EmbeddedWorld["embedded"]) => void;
}

/** A plan from approval to the end under GitHub's limits; what the forge saw of limits, and the most it was asked to create. */
async function playLimited({ count, speed, begin }: Limited) {
  const clock = hurriedClock(speed);
  const began = clock.monotonic();
  const made: { at: number; total: number }[] = [];
  const { seen } = await playThrough({
    ...{ tasks: count, patience: 300 + count * 60, clock, limits: githubLimits },
    forgeClock: { ...clock, now: hurriedNow(clock) },
    begin: ({ embedded, proxy }) => {
      begin?.(embedded);
      proxy.fate = () => {
        made.push({ at: clock.monotonic(), total: creations(embedded) });
        return "pass";
      };
    },
  });
  const minutes = Math.round((clock.monotonic() - began) / 60_000);
  return { seen, minutes, minute: mostWithin(made, 60_000), hour: mostWithin(made, 3_600_000) };
}

function creations({ requests }: EmbeddedWorld["embedded"]): number {
  return requests().reduce((sum, one) => sum + one.creations, 0);
}

/** The forge's wall clock runs as fast as the app's waits do. */
function hurriedNow({ monotonic }: { monotonic: () => number }): () => number {
  const [begin, since] = [Date.now(), monotonic()];
  return () => begin + monotonic() - since;
}
