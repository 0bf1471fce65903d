import assert from "node:assert/strict";
import { test } from "node:test";
import { convert } from "../src/convert.js";

test("pounds become kilograms", async () => {
  assert.equal((await convert(10, "lb", "kg")).toFixed(4), "4.5359");
});

test("a tonne is a million grams", async () => {
  assert.equal(Math.round(await convert(1, "t", "g")), 1_000_000);
});

test("a weight is no length", async () => {
  await assert.rejects(convert(1, "kg", "m"), /cannot convert kg to m/);
});
