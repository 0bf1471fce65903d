import type { PlannedTask, TaskKey } from "../task/task.ts";
import { listKeys } from "./keys.ts";
import type { Plan } from "./plan.ts";

/** How one plan differs from another, task by task; the order of tasks aside. */
export interface ChangedTasks {
  readonly added: readonly TaskKey[];
  readonly changed: readonly TaskKey[];
  readonly removed: readonly TaskKey[];
}

/** A task's fields that people may change, in the order they are shown. */
export const taskFields = [
  "title",
  "description",
  "acceptance",
  "specialist",
  "phase",
  "needs",
  "priority",
  "touches",
  "estimateMinutes",
  "timeoutMinutes",
] as const satisfies readonly (keyof PlannedTask)[];

export type TaskField = (typeof taskFields)[number];

export function changedTasks(from: Plan, to: Plan): ChangedTasks {
  const before = new Map(from.tasks.map((task) => [task.key, task]));
  const after = new Set(to.tasks.map(({ key }) => key));
  const keys = to.tasks.map(({ key }) => key);
  return {
    added: keys.filter((key) => !before.has(key)),
    changed: to.tasks.filter((task) => differs(before.get(task.key), task)).map(({ key }) => key),
    removed: from.tasks.map(({ key }) => key).filter((key) => !after.has(key)),
  };
}

/** The fields in which a task is not as it was. */
export function changedFields(from: PlannedTask, to: PlannedTask): readonly TaskField[] {
  return taskFields.filter((field) => !sameValue(from[field], to[field]));
}

/** In words, one entry each kind: `added T6 and T7`. */
export function describeChanges({ added, changed, removed }: ChangedTasks): readonly string[] {
  const say = (verb: string, keys: readonly TaskKey[]): readonly string[] =>
    keys.length === 0 ? [] : [`${verb} ${listKeys(keys)}`];
  return [...say("added", added), ...say("changed", changed), ...say("removed", removed)];
}

function differs(from: PlannedTask | undefined, to: PlannedTask): boolean {
  return from !== undefined && changedFields(from, to).length > 0;
}

type Value = PlannedTask[TaskField];

function sameValue(one: Value, other: Value): boolean {
  if (!isList(one) || !isList(other)) return one === other;
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

function isList(value: Value): value is readonly string[] {
  return typeof value === "object";
}
