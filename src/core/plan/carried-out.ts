import type { PlanState } from "./plan.ts";
import type { Steering } from "./steering.ts";

/** What a plan keeps of the comment that changed it. */
export interface CommandComment {
  readonly id: number;
  readonly author: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Whether a plan shows that this comment's command was carried out; a command that only asks leaves no trace. */
export function wasCarriedOut(
  { record, proposal }: Pick<PlanState, "record" | "proposal">,
  { id, author, createdAt }: CommandComment,
): boolean {
  const { status, revisions, questions = [] } = record;
  const approvedBy = status.kind === "approved" || status.kind === "done" ? status.approval.comment : undefined;
  const cancelled = status.kind === "cancelled" && status.by === author && status.at === createdAt;
  const traces = [
    approvedBy,
    proposal?.comment,
    ...questions.map(({ answer }) => answer?.comment),
    ...steeringComments(record.steering),
  ];
  return cancelled || traces.includes(id) || revisions.some(({ comment }) => comment === id);
}

function steeringComments({ paused, resumed, tasks = {} }: Steering = {}): readonly (number | undefined)[] {
  const steered = Object.values(tasks).flatMap((one) => [
    one?.paused,
    one?.stopped,
    one?.retried,
    one?.resumed,
    one?.prioritised,
    one?.assigned,
  ]);
  return [paused, resumed, ...steered].map((one) => one?.comment);
}
