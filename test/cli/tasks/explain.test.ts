import { createColors } from "picocolors";
import { expect, it } from "vitest";

import { describe } from "../../../src/cli/tasks/explain.ts";

type Explained = Parameters<typeof describe>[0][number];

const screen = { colors: createColors(false) };
const behind: Explained["behind"] = [{ key: "T1", state: "failed", line: "verify failed: 3 tests" }];
const help = ["/retry T1 begins it anew"];
const first: Explained = {
  key: "T1",
  title: "One",
  state: "failed",
  rule: "failed",
  line: "verify failed: 3 tests",
  behind: [],
  help,
};
const last: Explained = {
  key: "T3",
  title: "Three",
  state: "blocked",
  rule: "need-blocked",
  line: "waits for T2, which waits for T1",
  behind,
  help,
};

it("a plan's tasks say a cause once, one task alone says all that is behind it", () => {
  expect(describe([first, last], { whole: true, screen }).split("\n")).toEqual([
    "T1   failed: verify failed: 3 tests; /retry T1 begins it anew",
    "T3   blocked: waits for T2, which waits for T1",
  ]);
  expect(describe([last], { whole: false, screen }).split("\n").slice(2)).toEqual([
    "  State       blocked",
    "  Why         waits for T2, which waits for T1",
    "  Rule        need-blocked",
    "  Behind      T1 failed: verify failed: 3 tests",
    "  What helps  /retry T1 begins it anew",
  ]);
});
