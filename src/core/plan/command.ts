import type { PlannedTask, TaskKey } from "../task/task.ts";

/** What may change in a task; its key never does. */
export type TaskChange = Partial<Omit<PlannedTask, "key">>;

/** A change to a plan. `plan` replaces everything: its tasks' keys only say who needs whom and are renumbered. */
export type PlanCommand =
  | { readonly kind: "plan"; readonly goal: string; readonly tasks: readonly PlannedTask[] }
  | { readonly kind: "add"; readonly task: Omit<PlannedTask, "key"> }
  | { readonly kind: "remove"; readonly key: TaskKey }
  | { readonly kind: "modify"; readonly key: TaskKey; readonly change: TaskChange }
  /** One task becomes several; their keys only say which part needs which, and are renumbered. Parts that need no other part take over the task's needs; what waited for it waits for the parts nothing else waits for. */
  | { readonly kind: "split"; readonly key: TaskKey; readonly parts: readonly PlannedTask[] }
  /** The whole plan as somebody wrote it, keys as they are: known ones stay, new ones lie above every key ever given. */
  | { readonly kind: "edit"; readonly goal: string; readonly tasks: readonly PlannedTask[] }
  /** An earlier revision again. */
  | {
      readonly kind: "restore";
      readonly revision: number;
      readonly goal: string;
      readonly tasks: readonly PlannedTask[];
    };
