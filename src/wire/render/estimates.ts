import { topologicalOrder } from "../../core/plan/order.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { TaskKey } from "../../core/task/task.ts";
import { formatDuration } from "../amounts.ts";

/** How long all tasks may take, and the longest chain of them; nothing where nobody estimated. */
export function estimatesLine({ tasks }: Plan): readonly string[] {
  const estimated = tasks.filter(({ estimateMinutes }) => estimateMinutes !== undefined);
  if (estimated.length === 0) return [];
  const total = tasks.reduce((sum, task) => sum + (task.estimateMinutes ?? 0), 0);
  const longest = longestChain({ tasks });
  const missing = tasks.length - estimated.length;
  const without = missing === 0 ? "" : ` (${missing} without an estimate)`;
  const chain = longest < total ? `, ${minutes(longest)} when they run side by side` : "";
  const count = tasks.length === 1 ? "1 task" : `${tasks.length} tasks`;
  return ["", `${count}${without}, about ${minutes(total)} of work${chain}.`];
}

function longestChain({ tasks }: Pick<Plan, "tasks">): number {
  const ends = new Map<TaskKey, number>();
  for (const { key, needs, estimateMinutes } of topologicalOrder(tasks)) {
    ends.set(key, (estimateMinutes ?? 0) + Math.max(0, ...needs.map((need) => ends.get(need) ?? 0)));
  }
  return Math.max(0, ...ends.values());
}

function minutes(count: number): string {
  return formatDuration(Math.round(count) * 60_000);
}
