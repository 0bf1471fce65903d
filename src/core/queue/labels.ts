import type { TaskSteering } from "../plan/steering.ts";
import type { PlannedTask } from "../task/task.ts";

export const stateLabelNames = ["coppice:queued", "coppice:running", "coppice:review", "coppice:failed"] as const;
export type StateLabelName = (typeof stateLabelNames)[number];

/** Set by a person: the task is not offered while it is there. */
export const pausedLabel = "coppice:paused";

/** On pull requests that a person must look at before the merge. */
export const attentionLabel = "coppice:attention";

/** The labels a task's issue is created with; normal priority goes without saying. GitHub allows 50 characters. */
export function labelsOf(
  task: Pick<PlannedTask, "specialist" | "priority">,
  steering?: TaskSteering | undefined,
): readonly string[] {
  const state: StateLabelName = "coppice:queued";
  return [state, ...steeringLabelsOf(task, steering)];
}

/** The labels by which people may steer a task, as plan and record have it. */
export function steeringLabelsOf(
  task: Pick<PlannedTask, "specialist" | "priority">,
  { specialist = task.specialist, priority = task.priority, agent, paused }: TaskSteering = {},
): readonly string[] {
  return [
    agentLabel(specialist),
    ...(agent === undefined || agent === specialist ? [] : [agentLabel(agent)]),
    ...(priority === "normal" ? [] : [`priority:${priority}`]),
    ...(paused === undefined ? [] : [pausedLabel]),
  ];
}

/** Says who a task is for: a specialist, or the agent that a person asked for, of a shell line its first word. */
export function agentLabel(name: string): string {
  return `agent:${name.trim().replace(/\s[\s\S]*$/, "")}`.slice(0, 50);
}
