import type { TaskKey } from "../../task/task.ts";
import type { Effect } from "../effects.ts";
import type { IssueView, TaskSnapshot } from "../snapshot.ts";
import type { TaskState } from "../states.ts";
import type { Survey } from "../task-state.ts";

/** Looks at one plan and says what one concern wants done. */
export type Rule = (at: Survey) => readonly Effect[];

/** A task whose issue exists, with its state. */
export interface CreatedTask {
  readonly key: TaskKey;
  readonly at: TaskSnapshot;
  readonly issue: IssueView;
  readonly state: TaskState;
  /** Nobody wants it any more: its plan was cancelled, or the plan no longer has it. */
  readonly givenUp: boolean;
}

const known = new WeakMap<Survey, readonly CreatedTask[]>();

/** The tasks whose issues exist, in the plan's order, then those the plan no longer has. Nearly every rule asks. */
export function createdTasks(survey: Survey): readonly CreatedTask[] {
  const found = known.get(survey) ?? findCreated(survey);
  known.set(survey, found);
  return found;
}

function findCreated({ snapshot, states }: Survey): readonly CreatedTask[] {
  const isCancelled = snapshot.state.record.status.kind === "cancelled";
  const created = (givenUp: boolean) => (at: TaskSnapshot) => {
    const state = states.get(at.task.key);
    const { issue } = at;
    return issue === undefined || state === undefined ? [] : [{ key: at.task.key, at, issue, state, givenUp }];
  };
  return [...snapshot.tasks.flatMap(created(isCancelled)), ...(snapshot.former ?? []).flatMap(created(true))];
}

/** What the ledger says of the plan may be not what people approved: nothing is stopped, closed or rewritten on its word. */
export function isDoubtful({ snapshot }: Pick<Survey, "snapshot">): boolean {
  const { state, hold } = snapshot;
  return state.foreign !== undefined || (state.record.status.kind === "approved" && hold !== undefined);
}

/** The plan is approved (and not finished): issues, pull requests and labels are ours to move. */
export function isApproved({ snapshot }: Survey): boolean {
  return snapshot.state.record.status.kind === "approved";
}
