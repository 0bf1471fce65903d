import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply, applyAll } from "../../../src/core/plan/apply.ts";
import type { PlanCommand } from "../../../src/core/plan/command.ts";
import type { Plan, PlanRecord } from "../../../src/core/plan/plan.ts";
import { planProblems } from "../../../src/core/plan/validate.ts";
import type { TaskKey } from "../../../src/core/task/task.ts";
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
      reason: "there is no plan on this issue yet; start one with /plan <goal>",
    });
  });

  test("an approved plan is closed to changes", () => {
    const approval = { revision: 4, hash: "h", by: "ada", comment: 1, at: "2026-01-01T00:00:00Z" };
    const record = sampleRecord({ status: { kind: "approved", approval } });
    expect(apply({ plan: chain, record }, { kind: "remove", key: "T1" })).toEqual({
      kind: "refused",
      reason: "the plan was approved as r4 by ada and can no longer be changed",
    });
  });
});

describe("any sequence of commands", () => {
  const key = fc.integer({ min: 1, max: 12 }).map((n): TaskKey => `T${n}`);
  const needs = fc.array(key, { maxLength: 5 });
  const title = fc.string({ maxLength: 130 });
  const command = fc.oneof<fc.Arbitrary<PlanCommand>[]>(
    fc.record({ kind: fc.constant("remove" as const), key }),
    fc.record({
      kind: fc.constant("add" as const),
      task: fc.record({ title, needs }).map((more) => ({ ...newTask, ...more })),
    }),
    fc.record({ kind: fc.constant("modify" as const), key, change: fc.record({ title, needs }, { requiredKeys: [] }) }),
    fc.record({
      kind: fc.constant("plan" as const),
      goal: title,
      tasks: fc
        .array(fc.record({ key, needs }), { maxLength: 6 })
        .map((list) => list.map((more) => sampleTask(more.key, more))),
    }),
  );

  test("leaves a valid plan or a refusal, and never gives a key twice", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        let plan: Plan = chain;
        let record: Pick<PlanRecord, "status" | "lastKey" | "tasks"> = { status: { kind: "draft" }, tasks: {} };
        const everUsed = new Set(plan.tasks.map((task) => task.key));
        for (const one of commands) {
          const applied = apply({ plan, record }, one);
          if (applied.kind === "refused") {
            expect(applied.reason).not.toBe("");
            continue;
          }
          expect(planProblems(applied.plan)).toEqual([]);
          const old = new Set(plan.tasks.map((task) => task.key));
          for (const task of applied.plan.tasks) {
            expect(old.has(task.key) || !everUsed.has(task.key)).toBe(true);
            everUsed.add(task.key);
          }
          plan = applied.plan;
          record = { ...record, lastKey: applied.lastKey };
        }
      }),
      { numRuns: 300 },
    );
  });
});
