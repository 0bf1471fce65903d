import { describe, expect, it } from "vitest";
import type { LeaderSight } from "../../../src/core/lease/leader.ts";
import { isGood, leaderSeconds, leaderStep, takenOverAfter } from "../../../src/core/lease/leader.ts";

const oid = "1".repeat(40);
const half = leaderSeconds * 500;
const sight: LeaderSight = { oid, isOurs: false, age: Number.POSITIVE_INFINITY, unchangedFor: 0 };

describe("a hub with something to show", () => {
  it.each<[string, LeaderSight, ReturnType<typeof leaderStep>]>([
    ["takes the lead where nobody has it", { ...sight, oid: undefined }, "take"],
    ["leads by a young word of its own", { ...sight, isOurs: true, age: half - 1 }, "lead"],
    ["renews a word half its length old", { ...sight, isOurs: true, age: half }, "renew"],
    ["does not lead by a word that is over, and takes it anew", { ...sight, isOurs: true, age: 2 * half }, "take"],
    ["takes what an earlier life of its own had at once", { ...sight, isOurs: true }, "take"],
    ["follows another one", sight, "follow"],
    ["follows as long as the other may be there", { ...sight, unchangedFor: takenOverAfter - 1 }, "follow"],
    ["takes over from one that is gone", { ...sight, unchangedFor: takenOverAfter }, "take"],
  ])("%s", (_, seen, step) => {
    expect(leaderStep(seen)).toBe(step);
  });

  it("is followed for longer than its word is good: two never lead by good words", () => {
    expect(isGood(leaderSeconds * 1_000 - 1)).toBe(true);
    expect(isGood(leaderSeconds * 1_000)).toBe(false);
    expect(takenOverAfter).toBeGreaterThan(leaderSeconds * 1_000);
  });
});
