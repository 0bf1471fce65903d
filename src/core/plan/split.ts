import type { PlannedTask, TaskKey } from "../task/task.ts";

/** The parts no other part waits for: what waited for the whole waits for these. */
export function leaves(parts: readonly PlannedTask[]): readonly TaskKey[] {
  const needed = new Set(parts.flatMap(({ needs }) => needs));
  return parts.map(({ key }) => key).filter((key) => !needed.has(key));
}

/** The parts in the whole's place; those that need no other part take over its needs. */
export function placeParts(
  tasks: readonly PlannedTask[],
  whole: PlannedTask,
  parts: readonly PlannedTask[],
): readonly PlannedTask[] {
  const placed = parts.map((part) => (part.needs.length === 0 ? { ...part, needs: whole.needs } : part));
  return tasks.flatMap((task) => (task.key === whole.key ? placed : [task]));
}
