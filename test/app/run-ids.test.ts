import { expect, test } from "vitest";
import { runIds } from "../../src/app/run-ids.ts";

test("a hub knows the runs of its own, in every life, and no other's", () => {
  const run = runIds("one").create();
  expect(run).not.toBe(runIds("one").create());
  expect(runIds("one").isOwn(run)).toBe(true);
  expect(runIds("two").isOwn(run)).toBe(false);
  expect(runIds("one").isOwn(run.slice(36))).toBe(false);
  expect(run.length, "frames hold a hundred").toBeLessThanOrEqual(100);
});
