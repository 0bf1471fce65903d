import type { PlannedTask } from "../task/task.ts";

export const stateLabelNames = ["coppice:queued", "coppice:running", "coppice:review", "coppice:failed"] as const;
export type StateLabelName = (typeof stateLabelNames)[number];

/** Set by a person: the task is not offered while it is there. */
export const pausedLabel = "coppice:paused";

/** On pull requests that a person must look at before the merge. */
export const attentionLabel = "coppice:attention";

/** The labels a task's issue is created with; normal priority goes without saying. GitHub allows 50 characters. */
export function labelsOf(task: Pick<PlannedTask, "specialist" | "priority">): readonly string[] {
  const state: StateLabelName = "coppice:queued";
  const priority = task.priority === "normal" ? [] : [`priority:${task.priority}`];
  return [state, `agent:${task.specialist}`.slice(0, 50), ...priority];
}
