import { expect, test } from "vitest";
import {
  amendmentPath,
  answerPath,
  commentOfAnswerPath,
  foreignPath,
  issueOfPath,
  planPath,
  proposalPath,
  recordPath,
  resultPath,
  revisionOfPath,
  revisionPath,
  taskOfResultPath,
} from "../../src/wire/ledger-paths.ts";

test("a plan's files lie in its folder, and what they are is read from their paths", () => {
  const paths = [
    planPath(2),
    recordPath(2),
    amendmentPath(2),
    proposalPath(2),
    foreignPath(2),
    revisionPath(2, 7),
    answerPath(2, 77),
    resultPath(2, "T1"),
  ];
  expect(paths.map(issueOfPath)).toEqual(paths.map(() => 2));
  expect(new Set(paths).size).toBe(paths.length);
  expect(paths.flatMap((path) => revisionOfPath(path) ?? [])).toEqual([7]);
  expect(paths.flatMap((path) => commentOfAnswerPath(path) ?? [])).toEqual([77]);
  expect(paths.flatMap((path) => taskOfResultPath(path) ?? [])).toEqual([{ issue: 2, task: "T1" }]);
});

test.each([
  "marks.yaml",
  "plans/0/plan.yaml",
  "plans/02/plan.yaml",
  "plans/x/plan.yaml",
  "other/plans/2/plan.yaml",
  "plans/2",
])("%s belongs to no plan", (path) => {
  expect(issueOfPath(path)).toBeUndefined();
});

test.each([
  "plans/2/revisions/0.yaml",
  "plans/2/revisions/7.yml",
  "plans/2/x/revisions/7.yaml",
  "plans/2/revisions/7.yaml.bak",
])("%s is no revision", (path) => {
  expect(revisionOfPath(path)).toBeUndefined();
});
