import { expect } from "vitest";
import type { FaultPlan } from "../../../../src/forge/index.ts";
import { chaos } from "../../chaos.ts";
import { hurriedClock } from "../../embedded/hurried-clock.ts";
import { playThrough } from "../../embedded/trouble.ts";

/** How many of the app's seconds pass in one. */
const speed = 20;

/** A tenth each, half of them after they took effect; reads are as old as five of the app's seconds. */
const failures = (seed: number): FaultPlan => ({
  seed,
  requests: [
    { fault: "status", status: 503, when: "either", share: 0.1 },
    { fault: "reset", when: "either", share: 0.1 },
    { fault: "timeout", milliseconds: 1_000, when: "either", share: 0.1 },
    { fault: "stale", milliseconds: 5_000 / speed, share: 0.1 },
  ],
});

chaos(8, "errors, resets, time-outs and stale reads", async ({ count, random }) => {
  const options = { tasks: count, patience: 60 + count * 15, clock: hurriedClock(speed) };
  const undisturbed = await playThrough(options);
  const plan = failures(random.below(2 ** 31));
  const disturbed = await playThrough({ ...options, begin: ({ embedded }) => embedded.admin.setFaults(plan) });
  expect(disturbed.state).toEqual(undisturbed.state);
  const { before, after, status, reset, timeout, stale } = disturbed.seen;
  expect(Math.min(status, reset, timeout)).toBeGreaterThan(0);
  return {
    errors: status,
    resets: reset,
    "time-outs": timeout,
    "stale reads": stale,
    "before the effect": before,
    "after it": after,
  };
});
