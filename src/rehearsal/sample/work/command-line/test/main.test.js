import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../src/main.js", import.meta.url));
const measure = (...words) => spawnSync(process.execPath, [main, ...words], { encoding: "utf8" });

test("a sentence is answered", () => {
  assert.equal(measure("12 km in miles").stdout, "12 km = 7.456 mi\n");
  assert.equal(measure("100", "celsius", "in", "fahrenheit").stdout, "100 C = 212 F\n");
});

test("three words still work", () => {
  assert.equal(measure("1", "gal", "l").stdout, "1 gal = 3.785 l\n");
});

test("all kinds are listed", () => {
  const names = measure("--units")
    .stdout.split("\n")
    .map((line) => line.split(":")[0]);
  assert.deepEqual(names.filter(Boolean), ["length", "temperature", "volume", "weight"]);
});

test("what is not understood says how to ask", () => {
  const result = measure("how far is the moon");
  assert.equal(result.status, 2);
  assert.match(result.stderr, /^usage: measure/);
});
