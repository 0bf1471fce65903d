import assert from "node:assert/strict";
import { test } from "node:test";
import { loadKinds } from "../src/kinds.js";
import { fromBase, problemsOf, toBase } from "../src/unit.js";

test("a number is a factor to the base unit", () => {
  assert.equal(toBase(1000, 2), 2000);
  assert.equal(fromBase(1000, 2000), 2);
});

test("functions are used where a factor is not enough", () => {
  const shifted = { toBase: (amount) => amount + 10, fromBase: (amount) => amount - 10 };
  assert.equal(fromBase(shifted, toBase(shifted, 5)), 5);
});

test("a kind without its base unit is told so", () => {
  assert.deepEqual(problemsOf({ name: "odd", base: "x", units: { y: 1 } }), [
    "odd: the base unit x is not among its units",
  ]);
});

test("every kind in the folder is described well", async () => {
  for (const kind of await loadKinds()) assert.deepEqual(problemsOf(kind), []);
});
