import type { LabelDefinition } from "../ports/forge/labels.ts";

/** The state a task's label shows. */
export const stateLabels = {
  queued: "coppice:queued",
  running: "coppice:running",
  review: "coppice:review",
  failed: "coppice:failed",
} as const;

/** On the plan's own issue. */
export const planLabel = "coppice:plan";
/** Set by people: hold this task. */
export const pausedLabel = "coppice:paused";

/** Every label whose name is always the same. */
export const labelDefinitions: readonly LabelDefinition[] = [
  { name: planLabel, color: "5319e7", description: "This issue has a plan that Coppice keeps" },
  { name: stateLabels.queued, color: "c5def5", description: "Waits for its needs or for a worker" },
  { name: stateLabels.running, color: "fbca04", description: "An agent works on it now" },
  { name: stateLabels.review, color: "1d76db", description: "Its pull request is open" },
  { name: stateLabels.failed, color: "b60205", description: "Every attempt failed; a person is needed" },
  { name: pausedLabel, color: "bfd4f2", description: "Held by a person; remove the label to go on" },
  { name: "priority:high", color: "d93f0b", description: "Goes before others" },
  { name: "priority:normal", color: "e4e669", description: "Goes in its turn" },
  { name: "priority:low", color: "cfd3d7", description: "Goes when nothing else waits" },
];

/** The label that says who does a task; GitHub allows 50 characters. */
export function specialistLabel(specialist: string): LabelDefinition {
  return { name: `agent:${specialist}`.slice(0, 50), color: "0e8a16", description: "The specialist this task is for" };
}
