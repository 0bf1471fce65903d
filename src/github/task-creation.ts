import type { TaskIssue } from "../core/plan/plan.ts";
import type { TaskKey } from "../core/task/task.ts";
import type { LabelsWithIds } from "./labels.ts";
import type { Scope } from "./scope.ts";

/** Where task issues go. */
export interface TaskCreation {
  readonly scope: Scope;
  readonly labels: LabelsWithIds;
  readonly parent: { readonly number: number; readonly nodeId: string };
}

/** What is there by now; filled as it comes into being. */
export type CreatedTasks = Map<TaskKey, TaskIssue>;
