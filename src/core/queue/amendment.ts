import { changedTasks } from "../plan/changed-tasks.ts";
import type { PlanState } from "../plan/plan.ts";
import type { TaskKey } from "../task/task.ts";

/** Tasks that a waiting amendment changes or takes away: they do not start before it is approved or dropped. */
export function amendedTasks({ plan, amendment, record }: PlanState): ReadonlySet<TaskKey> {
  if (amendment === undefined || record.status.kind !== "approved") return new Set();
  const { changed, removed } = changedTasks(plan, amendment.plan);
  return new Set([...changed, ...removed]);
}
