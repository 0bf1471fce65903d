import assert from "node:assert/strict";
import { test } from "node:test";
import { readSentence } from "../src/sentence.js";

test("symbols are taken as they are", () => {
  assert.deepEqual(readSentence("12 km in mi"), { amount: 12, from: "km", to: "mi" });
});

test("words are read in singular and plural", () => {
  assert.deepEqual(readSentence("3.5 miles to kilometres"), { amount: 3.5, from: "mi", to: "km" });
  assert.deepEqual(readSentence("6 inches as feet"), { amount: 6, from: "in", to: "ft" });
});

test("negative amounts are read", () => {
  assert.deepEqual(readSentence("-40 celsius in fahrenheit"), { amount: -40, from: "C", to: "F" });
});

test("anything else is no sentence", () => {
  assert.equal(readSentence("how far is the moon"), undefined);
});
