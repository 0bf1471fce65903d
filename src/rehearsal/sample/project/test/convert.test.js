import assert from "node:assert/strict";
import { test } from "node:test";
import { convert } from "../src/convert.js";

test("kilometres become miles", async () => {
  assert.equal((await convert(12, "km", "mi")).toFixed(3), "7.456");
});

test("a unit converted to itself stays as it is", async () => {
  assert.equal(await convert(5, "m", "m"), 5);
});

test("an unknown unit is an error that names it", async () => {
  await assert.rejects(convert(1, "parsec", "m"), /cannot convert parsec to m/);
});
