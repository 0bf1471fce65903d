import { describe, expect, test } from "vitest";
import { apply, applyAll } from "../../../src/core/plan/apply.ts";
import type { PlanCommand } from "../../../src/core/plan/command.ts";
import type { PlanRecord } from "../../../src/core/plan/plan.ts";
import type { PlannedTask } from "../../../src/core/task/task.ts";
import { samplePlan, sampleRecord, sampleTask } from "./sample-plan.ts";

const chain = samplePlan({ T1: [], T2: ["T1"], T3: ["T2"], T4: ["T3"], T5: ["T1"] });
const before = { plan: chain, record: sampleRecord() };
const newTask = { ...sampleTask("T1"), title: "Write docs" };

describe("apply", () => {
  test("an added task gets the next key and its needs", () => {
    const applied = apply(before, { kind: "add", task: { ...newTask, needs: ["T2", "T1"] } });
    expect(applied).toMatchObject({ kind: "changed", summary: "added T6 (Write docs)", lastKey: 6 });
    expect(applied.kind === "changed" && applied.plan.tasks.at(-1)).toMatchObject({ key: "T6", needs: ["T2"] });
  });

  test("a removed task's dependents wait for what it waited for", () => {
    const applied = apply(before, { kind: "remove", key: "T2" });
    expect(applied.kind === "changed" && applied.plan.tasks.map((task) => [task.key, task.needs])).toEqual([
      ["T1", []],
      ["T3", ["T1"]],
      ["T4", ["T3"]],
      ["T5", ["T1"]],
    ]);
  });

  test("the key of a removed task is not given again", () => {
    const applied = applyAll(before, [
      { kind: "remove", key: "T5" },
      { kind: "add", task: newTask },
      { kind: "remove", key: "T6" },
      { kind: "add", task: newTask },
    ]);
    expect(applied.kind === "changed" && applied.plan.tasks.map((task) => task.key)).toEqual([
      "T1",
      "T2",
      "T3",
      "T4",
      "T7",
    ]);
    expect(apply({ plan: chain, record: sampleRecord({ lastKey: 9 }) }, { kind: "add", task: newTask })).toMatchObject({
      summary: "added T10 (Write docs)",
    });
  });

  test("planning again renumbers past every key that was used", () => {
    const applied = apply(before, { kind: "plan", goal: "Again", tasks: samplePlan({ T1: [], T2: ["T1"] }).tasks });
    expect(applied.kind === "changed" && applied.plan.tasks.map((task) => [task.key, task.needs])).toEqual([
      ["T6", []],
      ["T7", ["T6"]],
    ]);
  });

  test.each<[PlanCommand, string]>([
    [{ kind: "remove", key: "T9" }, "T9 is not in this plan; it has T1 to T5"],
    [{ kind: "modify", key: "T7", change: { title: "x" } }, "T7 is not in this plan; it has T1 to T5"],
    [
      { kind: "modify", key: "T1", change: { needs: ["T4"] } },
      "T1 needs T4 needs T3 needs T2 needs T1: tasks cannot wait for each other in a circle",
    ],
    [{ kind: "modify", key: "T1", change: { needs: ["T1"] } }, "T1 needs itself; a task can only wait for others"],
    [{ kind: "add", task: { ...newTask, needs: ["T8"] } }, "T8 is not in this plan; it has T1 to T5"],
    [
      { kind: "modify", key: "T2", change: { title: "x".repeat(121), specialist: " " } },
      "T2 has a title of 121 characters; at most 120 are allowed; T2 has no specialist",
    ],
    [
      { kind: "plan", goal: " ", tasks: [] },
      "the goal is empty: say what the plan is for; a plan needs at least one task",
    ],
  ])("%j is refused with one clear line", (command, reason) => {
    expect(apply(before, command)).toEqual({ kind: "refused", reason });
  });

  test("the only task cannot be removed and a plan that is not there cannot be changed", () => {
    const one = { plan: samplePlan({ T3: [] }), record: sampleRecord() };
    expect(apply(one, { kind: "remove", key: "T3" })).toMatchObject({ kind: "refused" });
    expect(apply(undefined, { kind: "remove", key: "T3" })).toMatchObject({
      reason: "there is no plan on this issue yet; start one with /plan and what you want",
    });
  });

  test("an approved plan is closed to changes", () => {
    const approval = { revision: 4, hash: "h", by: "ada", comment: 1, at: "2026-01-01T00:00:00Z" };
    const record = sampleRecord({ status: { kind: "approved", approval } });
    expect(apply({ plan: chain, record }, { kind: "remove", key: "T1" })).toEqual({
      kind: "refused",
      reason: "the plan was approved as r4 by ada; /amend changes what has not been started",
    });
  });
});

describe("splitting", () => {
  const plan = samplePlan({ T1: [], T2: ["T1"], T3: ["T2"], T4: ["T3"] });
  const parts = [
    sampleTask("T1", { title: "Tables" }),
    sampleTask("T2", { title: "Queries", needs: ["T1"] }),
    sampleTask("T3", { title: "Docs" }),
  ];

  test("puts the parts in the task's place: roots take over its needs, what waited for it waits for the last parts", () => {
    const applied = apply({ plan, record: sampleRecord() }, { kind: "split", key: "T3", parts });
    expect(applied).toMatchObject({ kind: "changed", summary: "split T3 into T5 to T7", lastKey: 7 });
    expect(applied.kind === "changed" && applied.plan.tasks.map((task) => [task.key, task.title, task.needs])).toEqual([
      ["T1", "Task T1", []],
      ["T2", "Task T2", ["T1"]],
      ["T5", "Tables", ["T2"]],
      ["T6", "Queries", ["T5"]],
      ["T7", "Docs", ["T2"]],
      ["T4", "Task T4", ["T6", "T7"]],
    ]);
  });

  test.each<[string, PlanCommand, string]>([
    [
      "one part",
      { kind: "split", key: "T3", parts: parts.slice(0, 1) },
      "a split needs at least two parts; T3 was cut into 1",
    ],
    [
      "a part that waits for no part",
      { kind: "split", key: "T3", parts: parts.slice(1) },
      "a part of T3 needs T1; the parts are T2 and T3",
    ],
    ["a task that is not there", { kind: "split", key: "T9", parts }, "T9 is not in this plan; it has T1 to T4"],
    [
      "parts in a circle",
      { kind: "split", key: "T3", parts: [sampleTask("T1", { needs: ["T2"] }), sampleTask("T2", { needs: ["T1"] })] },
      "T5 needs T6 needs T5: tasks cannot wait for each other in a circle",
    ],
  ])("%s is refused", (_, command, reason) => {
    expect(apply({ plan, record: sampleRecord() }, command)).toEqual({ kind: "refused", reason });
  });
});

describe("editing as a whole", () => {
  const record = sampleRecord({ lastKey: 7 });
  const [first = sampleTask("T1"), ...rest] = chain.tasks;
  const edited = (tasks: readonly PlannedTask[], goal = chain.goal) =>
    apply({ plan: chain, record }, { kind: "edit", goal, tasks });

  test("keeps keys, gives new ones and says what changed", () => {
    const tasks = [{ ...first, title: "Else" }, ...rest.slice(0, 3), sampleTask("T8", { needs: ["T1"] })];
    expect(edited(tasks, "Another goal")).toMatchObject({
      kind: "changed",
      lastKey: 8,
      summary: "edited: changed the goal, added T8, changed T1, removed T5",
    });
    expect(edited([...rest, first])).toMatchObject({ kind: "changed", summary: "edited: moved tasks" });
  });

  test.each<[string, readonly PlannedTask[], string]>([
    [
      "a key that was there once",
      [...chain.tasks, sampleTask("T6")],
      "T6 is not in this plan any more, and a key is never given twice; leave the key out for a new task, or write T8",
    ],
    [
      "a key far above",
      [...chain.tasks, sampleTask("T900")],
      "T900 is too far above T7, the highest key so far; leave the key out for a new task, or write T8",
    ],
    ["the plan as it is", chain.tasks, "that is the plan as it is; change something in it"],
    ["nothing", [], "a plan needs at least one task"],
    ["a key twice", [...chain.tasks, first], "T1 is there more than once; every key is used once"],
  ])("%s is refused", (_, tasks, reason) => {
    expect(edited(tasks)).toEqual({ kind: "refused", reason });
  });
});

describe("limits", () => {
  const six = samplePlan({ T1: [], T2: [], T3: [], T4: [], T5: [], T6: [] });

  test("a plan does not grow past what the repository allows, but may shrink towards it", () => {
    const state = { plan: six, record: sampleRecord() };
    expect(apply(state, { kind: "add", task: newTask }, { tasks: 6 })).toEqual({
      kind: "refused",
      reason: "the plan would have 7 tasks; at most 6 are allowed here",
    });
    expect(apply(state, { kind: "add", task: newTask }, { tasks: 7 })).toMatchObject({ kind: "changed" });
    expect(apply(state, { kind: "remove", key: "T1" }, { tasks: 3 })).toMatchObject({ kind: "changed" });
  });

  test("250 tasks are the most whatever a repository allows", () => {
    const tasks = Array.from({ length: 251 }, (_, n) => sampleTask(`T${n + 1}`));
    expect(apply(undefined, { kind: "plan", goal: "g", tasks }, { tasks: 500 })).toEqual({
      kind: "refused",
      reason: "the plan has 251 tasks; at most 250 are allowed",
    });
    expect(apply(undefined, { kind: "plan", goal: "g", tasks: tasks.slice(1) })).toMatchObject({ kind: "changed" });
  });

  test("issues of tasks that are gone take their places among the hundred sub-issues", () => {
    const gone = Object.fromEntries(
      Array.from({ length: 94 }, (_, n) => [`T${n + 10}`, { number: n + 10, id: n, nodeId: "n" }]),
    );
    const state = { plan: six, record: sampleRecord({ tasks: gone }) };
    expect(apply(state, { kind: "modify", key: "T1", change: { title: "x" } })).toMatchObject({ kind: "changed" });
    expect(apply(state, { kind: "add", task: newTask })).toMatchObject({
      reason: expect.stringMatching(/^the plan's issue would have 101 sub-issues, 94 of them of tasks that are gone/),
    });
  });

  test("a plan with issues right under its own has the hundred sub-issues and no more; one with phase parents has all its tasks", () => {
    const issue = { number: 9, id: 9, nodeId: "n" };
    const plan = { goal: "g", tasks: Array.from({ length: 100 }, (_, n) => sampleTask(`T${n + 1}`)) };
    const add = (record: Partial<PlanRecord>) =>
      apply({ plan, record: sampleRecord(record) }, { kind: "add", task: newTask });
    expect(add({})).toMatchObject({ kind: "changed" });
    expect(add({ tasks: { T1: issue } })).toEqual({
      kind: "refused",
      reason: "the plan's issue would have 101 sub-issues; GitHub allows 100: use another issue for more work",
    });
    expect(add({ tasks: { T1: issue }, phases: { design: issue } })).toMatchObject({ kind: "changed" });
    const gone = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`T${n + 200}`, issue]));
    expect(add({ tasks: gone, phases: { design: issue } })).toMatchObject({
      reason: expect.stringMatching(
        /^the plan would have 251 task issues, 150 of them of tasks that are gone; at most/,
      ),
    });
  });

  test("all texts together are bounded, so that a plan can always be read again", () => {
    const tasks = Array.from({ length: 30 }, (_, n) => sampleTask(`T${n + 1}`, { description: "x".repeat(8_000) }));
    expect(apply(undefined, { kind: "plan", goal: "g", tasks })).toMatchObject({
      reason: expect.stringMatching(/^the plan has 24\d{4} characters in all; at most 200000 are allowed/),
    });
  });
});
