import { expect, it } from "vitest";
import { taskName } from "../../../src/cli/tasks/command.ts";
import { findTask } from "../../../src/cli/tasks/task.ts";
import type { PlanState } from "../../../src/core/plan/plan.ts";
import { issueView, plannedTask, snapshotOf } from "../../core/queue/snapshots.ts";

/** Plan #1 of T1 (issue #2), with an amendment that waits and adds T9. */
function place() {
  const { state } = snapshotOf([{ task: plannedTask("T1"), issue: issueView(2), folded: false }]);
  const plan = { ...state.plan, tasks: [...state.plan.tasks, plannedTask("T9")] };
  const amended: PlanState = { ...state, amendment: { plan, hash: "" } };
  const load = async (issue: number) => (issue === 1 ? amended : undefined);
  return { title: "octo/sample", plans: { doubt: () => undefined, list: async () => [amended], load } };
}

it.each([
  ["2", "T1"],
  ["#1/t1", "T1"],
  ["1/T9", "T9"],
])("a task is found as %s, also where only an amendment has it", async (text, key) => {
  expect((await findTask(place(), taskName(text))).task.key).toBe(key);
});

it.each([
  ["1/T3", /T3 is not in plan #1; it has T1, T9$/],
  ["7/T1", /there is no plan #7 in octo\/sample; there are #1$/],
  ["9", /#9 is no task of a plan/],
])("%s is refused in one line", async (text, line) => {
  await expect(findTask(place(), taskName(text))).rejects.toThrow(line);
});
