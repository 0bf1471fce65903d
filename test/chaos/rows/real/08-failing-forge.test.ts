import { expect } from "vitest";
import { chaos } from "../../chaos.ts";
import { playThrough } from "../../embedded/trouble.ts";

chaos(8, "resets before and after the effect", async ({ count, random }) => {
  const undisturbed = await playThrough(count, () => "pass");
  const disturbed = await playThrough(count, () => (random.chance(0.3) ? random.pick(["drop", "lose"]) : "pass"));
  expect(disturbed.state).toEqual(undisturbed.state);
  const { requests, before, after } = disturbed;
  return { requests, "lost before": before, "lost after": after };
});
