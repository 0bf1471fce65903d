import { expect, test } from "vitest";
import { nextRest } from "../../../src/core/budget/pace.ts";

test("while nothing is told a rest grows fourfold up to ten times the usual one, and news ends that", () => {
  const rests: number[] = [];
  for (let rest = 30; rests.length < 6; rest = nextRest(rest, { usual: 30, isNews: false })) rests.push(rest);
  expect(rests).toEqual([30, 120, 300, 300, 300, 300]);
  expect(nextRest(300, { usual: 30, isNews: true })).toBe(30);
});
