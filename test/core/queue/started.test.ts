import { expect, test } from "vitest";
import type { TaskSnapshot } from "../../../src/core/queue/snapshot.ts";
import { startedTasks } from "../../../src/core/queue/started.ts";
import { issueView, leaseView, plannedTask, pullView, snapshotOf } from "./snapshots.ts";

test.each<[string, boolean, Partial<TaskSnapshot>]>([
  ["without an issue", false, {}],
  ["whose issue is open", false, { issue: issueView(2) }],
  ["whose issue a person closed", true, { issue: issueView(2, { state: "closed", reason: "not_planned" }) }],
  ["that somebody holds", true, { issue: issueView(2), lease: leaseView({ issue: 2, phase: "running" }) }],
  ["that was tried and failed", true, { issue: issueView(2), lease: leaseView({ issue: 2, phase: "free", epoch: 1 }) }],
  ["that has a pull request", true, { issue: issueView(2), pull: pullView(3) }],
  [
    "that is offered",
    true,
    {
      issue: issueView(2),
      run: { run: "r", issue: 2, worker: "w", agent: "script", phase: "offered", startedAt: "" },
    },
  ],
])("a task %s counts as started: %s", (_, started, more) => {
  const at = { task: plannedTask("T1"), folded: false, ...more };
  const other = { task: plannedTask("T2"), folded: false, issue: issueView(9) };
  expect(startedTasks(snapshotOf([at, other]))).toEqual(started ? ["T1"] : []);
});
