import type { PlannedTask, TaskKey } from "../task/task.ts";

/** What may change in a task; its key never does. */
export type TaskChange = Partial<Omit<PlannedTask, "key">>;

/** A change to a plan. `plan` replaces everything: its tasks' keys only say who needs whom and are renumbered. */
export type PlanCommand =
  | { readonly kind: "plan"; readonly goal: string; readonly tasks: readonly PlannedTask[] }
  | { readonly kind: "add"; readonly task: Omit<PlannedTask, "key"> }
  | { readonly kind: "remove"; readonly key: TaskKey }
  | { readonly kind: "modify"; readonly key: TaskKey; readonly change: TaskChange };
