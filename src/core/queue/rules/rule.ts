import type { TaskKey } from "../../task/task.ts";
import type { Effect } from "../effects.ts";
import type { IssueView, TaskSnapshot } from "../snapshot.ts";
import type { Survey, TaskState } from "../task-state.ts";

/** Looks at one plan and says what one concern wants done. */
export type Rule = (at: Survey) => readonly Effect[];

/** A task whose issue exists, with its state. */
export interface CreatedTask {
  readonly key: TaskKey;
  readonly at: TaskSnapshot;
  readonly issue: IssueView;
  readonly state: TaskState;
}

/** The tasks whose issues exist, in the plan's order. */
export function createdTasks({ snapshot, states }: Survey): readonly CreatedTask[] {
  return snapshot.tasks.flatMap((at) => {
    const state = states.get(at.task.key);
    return at.issue === undefined || state === undefined ? [] : [{ key: at.task.key, at, issue: at.issue, state }];
  });
}

/** The plan is approved (and not finished): issues, pull requests and labels are ours to move. */
export function isApproved({ snapshot }: Survey): boolean {
  return snapshot.state.record.status.kind === "approved";
}
