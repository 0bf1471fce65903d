import assert from "node:assert/strict";
import { test } from "node:test";
import { convert } from "../src/convert.js";

test("a gallon is eight pints", async () => {
  assert.equal((await convert(1, "gal", "pt")).toFixed(6), "8.000000");
});

test("a cubic metre is a thousand litres", async () => {
  assert.equal(await convert(1, "m3", "l"), 1000);
});
