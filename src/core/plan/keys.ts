import type { TaskKey } from "../task/task.ts";
import type { Plan, PlanRecord } from "./plan.ts";

/** `T12` -> 12. */
export function keyNumber(key: TaskKey): number {
  return Number(key.slice(1));
}

/** The highest key number a plan ever used, removed tasks included; 0 for a plan that never had one. */
export function highestKey(plan: Plan | undefined, record: Pick<PlanRecord, "lastKey" | "tasks"> | undefined): number {
  const now = plan?.tasks.map((task) => keyNumber(task.key)) ?? [];
  const created = Object.keys(record?.tasks ?? {}).map((key) => Number(key.slice(1)));
  return Math.max(0, record?.lastKey ?? 0, ...now, ...created);
}

/** For people: `T1 to T5`, `T1, T3 and T5`, `no tasks`. */
export function listKeys(keys: readonly TaskKey[]): string {
  const first = keys[0];
  const last = keys.at(-1);
  if (first === undefined || last === undefined) return "no tasks";
  if (keys.length === 1) return first;
  const consecutive = keys.every((key, index) => keyNumber(key) === keyNumber(first) + index);
  if (consecutive && keys.length > 2) return `${first} to ${last}`;
  return `${keys.slice(0, -1).join(", ")} and ${last}`;
}
