import type { Plan, PlanRecord } from "../../../src/core/plan/plan.ts";
import { noUsage } from "../../../src/core/plan/plan.ts";
import type { PlannedTask, TaskKey } from "../../../src/core/task/task.ts";

/** A small valid task; what matters in a test is given. */
export function sampleTask(key: TaskKey, more: Partial<PlannedTask> = {}): PlannedTask {
  return {
    key,
    title: `Task ${key}`,
    description: `What ${key} does.`,
    acceptance: [],
    specialist: "backend-systems-engineer",
    phase: "implementation",
    needs: [],
    priority: "normal",
    touches: [],
    ...more,
  };
}

/** A plan from keys and what each needs. */
export function samplePlan(needs: Partial<Record<TaskKey, readonly TaskKey[]>>): Plan {
  const tasks = (Object.entries(needs) as [TaskKey, readonly TaskKey[]][]).map(([key, list]) =>
    sampleTask(key, { needs: list }),
  );
  return { goal: "Add OAuth login", tasks };
}

/** A draft at revision 1. */
export function sampleRecord(more: Partial<PlanRecord> = {}): PlanRecord {
  return {
    version: 1,
    issue: 2,
    revision: 1,
    revisions: [],
    status: { kind: "draft" },
    planner: "keywords",
    tasks: {},
    usage: noUsage,
    ...more,
  };
}
