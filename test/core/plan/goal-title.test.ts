import { expect, test } from "vitest";
import { goalTitle } from "../../../src/core/plan/goal-title.ts";

test.each([
  ["Greet people", "Greet people"],
  ["Greet people\nAdd a greet function", "Greet people"],
  ["\n\n Greet people \r\n\r\nIn French", "Greet people "],
  ["", ""],
])("%j is called %j in one line", (goal, title) => {
  expect(goalTitle(goal)).toBe(title);
});
