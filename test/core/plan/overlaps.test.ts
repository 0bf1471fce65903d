import { describe, expect, test } from "vitest";
import { changedFields, changedTasks } from "../../../src/core/plan/changed-tasks.ts";
import { overlaps } from "../../../src/core/plan/overlaps.ts";
import type { TaskKey } from "../../../src/core/task/task.ts";
import { samplePlan, sampleTask } from "./sample-plan.ts";

function planOf(tasks: readonly (readonly [TaskKey, readonly string[], (readonly TaskKey[])?])[]) {
  return { goal: "g", tasks: tasks.map(([key, touches, needs = []]) => sampleTask(key, { touches, needs })) };
}

describe("tasks that touch the same paths", () => {
  test("are told when neither waits for the other, directly or by way of others", () => {
    const plan = planOf([
      ["T1", ["src/a.ts"]],
      ["T2", ["src/b.ts"], ["T1"]],
      ["T3", ["src/a.ts"], ["T2"]],
      ["T4", ["src/a.ts", "src/b.ts"]],
    ]);
    expect(overlaps(plan)).toEqual([
      { one: "T1", other: "T4", paths: ["src/a.ts"] },
      { one: "T2", other: "T4", paths: ["src/b.ts"] },
      { one: "T3", other: "T4", paths: ["src/a.ts"] },
    ]);
  });

  test("a folder holds what lies in it, however it is written; names that only begin alike are others", () => {
    const plan = planOf([
      ["T1", ["./src/api/"]],
      ["T2", ["src/api/**", "src/api/v1/users.ts"]],
      ["T3", ["src/apis", "lib"]],
    ]);
    expect(overlaps(plan)).toEqual([{ one: "T1", other: "T2", paths: ["src/api", "src/api/v1/users.ts"] }]);
  });

  test("the whole repository is no path", () => {
    expect(
      overlaps(
        planOf([
          ["T1", [".", "/", "**", ""]],
          ["T2", [".", "src"]],
        ]),
      ),
    ).toEqual([]);
  });

  test("a plan of a hundred tasks with fifty deep paths each is looked at quickly", () => {
    const touches = Array.from({ length: 50 }, (_, n) => `${"d/".repeat(140)}${n}`);
    const tasks = Array.from({ length: 100 }, (_, n) => sampleTask(`T${n + 1}`, { touches }));
    expect(overlaps({ goal: "g", tasks })).toHaveLength((100 * 99) / 2);
  });
});

describe("what changed between two plans", () => {
  test("is told by key, whatever the order and whatever built the tasks", () => {
    const from = samplePlan({ T1: [], T2: ["T1"], T3: ["T1"] });
    const [first = sampleTask("T1"), second = sampleTask("T2")] = from.tasks;
    const to = {
      goal: "other",
      tasks: [sampleTask("T4"), { ...second, needs: [] }, { ...first, timeoutMinutes: undefined }],
    };
    expect(changedTasks(from, to)).toEqual({ added: ["T4"], changed: ["T2"], removed: ["T3"] });
    expect(changedFields(second, { ...second, needs: [], estimateMinutes: 5, touches: ["a"] })).toEqual([
      "needs",
      "touches",
      "estimateMinutes",
    ]);
  });
});
