import { expect, test } from "vitest";
import { subjectsOf } from "../../../src/app/handlers/subjects.ts";

test.each<readonly [string, unknown, readonly number[] | undefined]>([
  ["an issue", { action: "closed", issue: { number: 3, title: "x" } }, [3]],
  ["a sub-issue and its parent", { sub_issue: { number: 4 }, parent_issue: { number: 3 } }, [3, 4]],
  ["what waits and what is waited for", { blocked_issue: { number: 5 }, blocking_issue: { number: 6 } }, [5, 6]],
  ["a pull request of a work branch", { pull_request: { number: 7, head: { ref: "coppice/5-paint-it" } } }, [7, 5]],
  ["a person's pull request", { pull_request: { number: 7, head: { ref: "fix/5-paint" } } }, [7]],
  ["checks of a work branch", { check_suite: { head_branch: "coppice/5", pull_requests: [{ number: 7 }] } }, [5, 7]],
  [
    "a check of a work branch",
    { check_run: { pull_requests: [], check_suite: { head_branch: "coppice/5-a", pull_requests: [] } } },
    [5],
  ],
  ["checks of somebody's branch", { check_suite: { head_branch: "main", pull_requests: [] } }, []],
  ["checks of a fork", { check_suite: { head_branch: null, pull_requests: [] } }, []],
  ["a status of several branches", { branches: [{ name: "main" }, { name: "coppice/9-x" }] }, [9]],
  ["a status of no branch", { branches: [] }, []],
  ["nothing that is known", { action: "closed" }, undefined],
  ["an issue without a number", { issue: { number: "3" } }, undefined],
  ["no object", "issue", undefined],
])("a payload about %s", (_, payload, expected) => {
  const found = subjectsOf(payload);
  expect(found && [...found].sort()).toEqual(expected && [...expected].sort());
});
