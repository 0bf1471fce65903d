import { expect, test } from "vitest";
import { nextRest } from "../../../src/core/budget/pace.ts";

test("while nothing is told a rest grows fourfold up to ten times the usual one", () => {
  const rests: number[] = [];
  for (let rest = nextRest(0, 30); rests.length < 5; rest = nextRest(rest, 30)) rests.push(rest);
  expect(rests).toEqual([30, 120, 300, 300, 300]);
});
