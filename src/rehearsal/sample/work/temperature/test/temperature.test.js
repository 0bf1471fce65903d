import assert from "node:assert/strict";
import { test } from "node:test";
import { convert } from "../src/convert.js";

const cases = [
  [100, "C", "F", 212],
  [32, "F", "C", 0],
  [0, "K", "C", -273.15],
  [-40, "C", "F", -40],
];

for (const [amount, from, to, expected] of cases) {
  test(`${amount} ${from} is ${expected} ${to}`, async () => {
    assert.ok(Math.abs((await convert(amount, from, to)) - expected) < 1e-9);
  });
}
