import type { TaskKey } from "../task/task.ts";
import type { Plan, PlanRecord } from "./plan.ts";

/** GitHub allows so many sub-issues of one issue, closed ones included. */
export const mostSubIssues = 100;

/** Task issues under one parent of a large plan, closed ones included: room is left for what people add there. */
export const tasksPerParent = 90;

/**
 * Whether task issues go under phase parents. The plan's size says so until one of its tasks has an issue: what has
 * issues right under the plan's own stays so, and what has phase parents keeps them.
 */
export function isPhased(
  { tasks }: Pick<Plan, "tasks">,
  record: Pick<PlanRecord, "tasks" | "phases"> | undefined,
): boolean {
  if (record?.phases !== undefined) return true;
  const isMade = ({ key }: { readonly key: TaskKey }) => record?.tasks[key] !== undefined;
  return tasks.length > tasksPerParent && !tasks.some(isMade);
}

/** Numbers of the phase parents the ledger knows. */
export function phaseParentsOf({ phases = {} }: Pick<PlanRecord, "phases">): readonly number[] {
  return Object.values(phases).flatMap((issue) => issue?.number ?? []);
}
