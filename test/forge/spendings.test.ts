import { expect, test } from "vitest";
import { openLimits } from "../../src/forge/limits/limits.ts";
import { numbersOfGithub } from "../../src/forge/limits/numbers.ts";
import { spendings } from "../../src/forge/limits/spendings.ts";

test("there is room again when enough has left the window, and never for more than the limit", () => {
  const window = spendings(10, 1_000);
  window.add(4, 0);
  window.add(4, 300);
  expect(window.roomAt(2, 400)).toBe(400);
  expect(window.roomAt(3, 400)).toBe(1_000);
  expect(window.roomAt(10, 400)).toBe(1_300);
  expect(window.roomAt(11, 400)).toBeUndefined();
  expect(window.roomAt(3, 1_000)).toBe(1_000);
});

test("what is taken back was never spent: nothing is left of it later", () => {
  const window = spendings(10, 1_000);
  const takeBack = window.add(10, 0);
  window.add(0, 500);
  takeBack();
  window.add(10, 900);
  expect(window.roomAt(1, 1_100)).toBe(1_900);
});

test("what failed or was unchanged is given back to the hour it was taken from", () => {
  const limits = openLimits({ ...numbersOfGithub, primary: 2, contentsPerMinute: 1 });
  const asked = (contents: number) =>
    ({ identity: "user 1", resource: "core", points: 1, contents, isFree: false }) as const;
  const failed = asked(1);
  expect(limits.take(failed, 0)).toBeUndefined();
  expect(limits.take(asked(1), 0)).toEqual({ how: "retry-after", until: 60_000 });
  limits.end(failed, { status: 422 });
  const unchanged = asked(0);
  expect(limits.take(unchanged, 0)).toBeUndefined();
  expect(limits.allowance(unchanged, 0)).toMatchObject({ used: 2, remaining: 0 });
  expect(limits.take(asked(0), 0)).toEqual({ how: "primary", until: 3_600_000 });
  // It ends when another hour has begun: that one gains nothing.
  expect(limits.allowance(unchanged, 3_600_000)).toMatchObject({ used: 0 });
  limits.end(unchanged, { status: 304 });
  expect(limits.allowance(unchanged, 3_600_000)).toMatchObject({ used: 0, remaining: 2 });
});
