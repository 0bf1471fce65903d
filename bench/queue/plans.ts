import type { PlanState } from "../../src/core/plan/plan.ts";
import { noUsage } from "../../src/core/plan/plan.ts";
import type { Snapshot, TaskSnapshot } from "../../src/core/queue/snapshot.ts";
import type { PlannedTask, TaskKey } from "../../src/core/task/task.ts";
import { priorities } from "../../src/core/task/task.ts";

/** 2026-01-01. */
export const now = Date.UTC(2026, 0, 1);

/** How a plan's tasks stand: all done, or waiting with the first half done. */
export type Standing = "done" | "half" | "ready";

/** An approved plan of so many tasks, each but the first two with two needs, that has settled. */
export function settledPlan(count: number, standing: Standing): Snapshot {
  const tasks = Array.from({ length: count }, (_, index) => taskAt(index, count, standing));
  return {
    repository: { owner: "octo", name: "sample" },
    defaultBranch: "main",
    state: stateOf(tasks),
    parent: { state: "open", nodeId: "I_1", children: 0 },
    phases: [],
    tasks,
  };
}

function taskAt(index: number, count: number, standing: Standing): TaskSnapshot {
  const number = index + 2;
  const isDone = standing === "done" || (standing === "half" && index < count / 2);
  const needs =
    standing === "ready"
      ? []
      : [index - 1, Math.floor(index / 2)].filter(
          (need, at, all) => need >= 0 && need < index && all.indexOf(need) === at,
        );
  const open = isDone ? [] : needs.filter((need) => standing === "half" && need >= count / 2);
  const labels = isDone ? [] : ["coppice:queued", "agent:test-engineer"];
  const priority = standing === "ready" ? (priorities[index % 3] ?? "normal") : "normal";
  return {
    task: {
      ...plannedTask(
        `T${index + 1}`,
        needs.map((need): TaskKey => `T${need + 1}`),
      ),
      priority,
    },
    issue: {
      ...{ number, id: number, nodeId: `I_${number}`, labels, openBlockers: open.map((need) => need + 2) },
      ...(isDone ? { state: "closed", reason: "completed" } : { state: "open" }),
    },
    folded: isDone,
  };
}

function plannedTask(key: TaskKey, needs: readonly TaskKey[]): PlannedTask {
  return {
    ...{ key, needs, title: `Task ${key}`, description: "Do it.", acceptance: [], touches: [] },
    ...{ specialist: "test-engineer", phase: "implementation", priority: "normal" },
  };
}

function stateOf(tasks: readonly TaskSnapshot[]): PlanState {
  const approval = { revision: 1, hash: "", by: "ada", comment: 1, at: new Date(now).toISOString() };
  return {
    plan: { goal: "Build it", tasks: tasks.map(({ task }) => task) },
    hash: "",
    folded: [],
    record: {
      ...{ version: 1, issue: 1, revision: 1, revisions: [], planner: "keywords", usage: noUsage, phases: {} },
      status: { kind: "approved", approval },
      tasks: Object.fromEntries(tasks.flatMap(({ task, issue }) => (issue === undefined ? [] : [[task.key, issue]]))),
    },
  };
}
