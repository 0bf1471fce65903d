import { expect, test } from "vitest";
import { noUsage } from "../../src/core/plan/plan.ts";
import type { TaskKey } from "../../src/core/task/task.ts";
import { formerTasks } from "../../src/reconciler/former.ts";
import { task } from "./stage.ts";

function state(tasks: readonly TaskKey[], recorded: Readonly<Partial<Record<TaskKey, number>>>, lastKey: number) {
  const issues = Object.entries(recorded).map(([key, number]) => [key, { number, id: number, nodeId: `I_${number}` }]);
  const plan = { goal: "Build it", tasks: tasks.map((key) => task(key)) };
  const record = {
    ...({ version: 1, issue: 1, revision: 1, revisions: [], planner: "keywords", usage: noUsage } as const),
    ...({ status: { kind: "draft" }, lastKey, tasks: Object.fromEntries(issues) } as const),
  };
  return { plan, hash: "", folded: [], record };
}

function view(issues: readonly (readonly [number, TaskKey | undefined])[]) {
  return {
    parent: { state: "open", nodeId: "I_1", title: "Build it" } as const,
    pulls: [],
    issues: issues.map(([number, key]) => ({
      ...{ number, id: number, nodeId: `I_${number}`, title: `Task ${key}`, state: "open" as const, labels: [] },
      ...{ openBlockers: [], ...(key === undefined ? {} : { key }) },
    })),
  };
}

test.each([
  ["one the ledger knows and the plan no longer has", { recorded: { T1: 11 }, last: 2, issues: [[11, "T1"]] }, ["T1"]],
  ["one whose marker somebody took off", { recorded: { T1: 11 }, last: 2, issues: [[11, undefined]] }, ["T1"]],
  ["one that a hub made and could not write down", { recorded: {}, last: 2, issues: [[11, "T1"]] }, ["T1"]],
  ["none that the plan has", { recorded: { T2: 12 }, last: 2, issues: [[12, "T2"]] }, []],
  ["none of other people's", { recorded: {}, last: 2, issues: [[13, undefined]] }, []],
  ["none that is newer than the ledger that was read", { recorded: {}, last: 2, issues: [[13, "T3"]] }, []],
  [
    "the older of two",
    {
      recorded: {},
      last: 2,
      issues: [
        [14, "T1"],
        [11, "T1"],
      ],
    },
    ["T1"],
  ],
] as const)("former tasks are: %s", (_, { recorded, last, issues }, expected) => {
  const found = formerTasks({ state: state(["T2"], recorded, last) }, view(issues));
  expect(found.map(({ task: { key } }) => key)).toEqual(expected);
  expect(found.every(({ issue }) => issue.number === 11)).toBe(true);
});
