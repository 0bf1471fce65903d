import type { TaskLabelChange } from "../effects.ts";
import type { StateLabelName } from "../labels.ts";
import { stateLabelNames } from "../labels.ts";
import type { TaskState } from "../states.ts";
import type { CreatedTask, Rule } from "./rule.ts";
import { createdTasks } from "./rule.ts";

/** A task's issue carries the one label of its state; a closed one carries none, and what was given up gets none. */
export const projectLabels: Rule = (survey) => {
  const changes = createdTasks(survey).flatMap(changeOf);
  return changes.length === 0 ? [] : [{ kind: "change-labels", changes }];
};

function changeOf({ key, at, issue, state, givenUp }: CreatedTask): TaskLabelChange[] {
  if (givenUp && issue.state === "open") return [];
  const wanted = labelOf[state.kind];
  // Somebody sets another one again whenever this one is put back.
  if (at.stateLabelRest !== undefined && at.stateLabelRest.said === (wanted ?? "")) return [];
  const remove = stateLabelNames.filter((name) => name !== wanted && issue.labels.includes(name));
  const add = wanted === undefined || issue.labels.includes(wanted) ? [] : [wanted];
  if (add.length === 0 && remove.length === 0) return [];
  return [{ task: key, issue: { number: issue.number, nodeId: issue.nodeId }, add, remove }];
}

/** "Blocked" is never stored: it is a queued task whose reason the plan comment tells. */
const labelOf: Readonly<Record<TaskState["kind"], StateLabelName | undefined>> = {
  planned: undefined,
  queued: "coppice:queued",
  running: "coppice:running",
  review: "coppice:review",
  merged: "coppice:review",
  done: undefined,
  dropped: undefined,
  failed: "coppice:failed",
  paused: "coppice:queued",
  blocked: "coppice:queued",
};
