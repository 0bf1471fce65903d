import { topologicalOrder } from "../../plan/order.ts";
import type { TaskKey } from "../../task/task.ts";
import type { BlockerEdge } from "../effects.ts";
import { labelsOf } from "../labels.ts";
import { planHold } from "../task-state.ts";
import type { Rule } from "./rule.ts";
import { createdTasks, isApproved } from "./rule.ts";

/** Issues that were found by their marker and are not in the ledger. */
export const recordIssues: Rule = ({ snapshot }) => {
  const { tasks } = snapshot.state.record;
  const issues = snapshot.tasks.flatMap(({ task: { key }, issue }) =>
    issue === undefined || tasks[key] !== undefined
      ? []
      : [{ key, issue: { number: issue.number, id: issue.id, nodeId: issue.nodeId } }],
  );
  return issues.length === 0 ? [] : [{ kind: "record-issues", issues }];
};

export const closeStrays: Rule = ({ snapshot }) => {
  const issues = snapshot.strays ?? [];
  return issues.length === 0 ? [] : [{ kind: "close-strays", issues }];
};

/** One that the ledger knows and nobody sees is not made again: reads may be old. Needs first, until `createAhead` issues are open. */
export const createIssues: Rule = (survey) => {
  const { snapshot, policy } = survey;
  if (!isApproved(survey) || planHold(snapshot) !== undefined) return [];
  const open = snapshot.tasks.filter(({ issue }) => issue?.state === "open").length;
  const missing = topologicalOrder(snapshot.tasks.map(({ task }) => task)).filter(
    ({ key }) =>
      snapshot.state.record.tasks[key] === undefined &&
      !snapshot.tasks.some(({ task, issue }) => task.key === key && issue !== undefined),
  );
  const next = missing.slice(0, Math.max(0, policy.createAhead - open));
  if (next.length === 0) return [];
  return [
    { kind: "ensure-labels", names: [...new Set(next.flatMap(labelsOf))] },
    { kind: "create-task-issues", tasks: next.map(({ key }) => key) },
  ];
};

/** The plan's needs as GitHub's own dependencies; only what is open can block, so only that is linked. */
export const addBlockers: Rule = (survey) => {
  if (!isApproved(survey)) return [];
  const created = createdTasks(survey).filter(({ issue }) => issue.state === "open");
  const find = (key: TaskKey) => created.find((task) => task.key === key)?.issue;
  const edges = created.flatMap(({ at, issue }) =>
    at.task.needs.flatMap((need): BlockerEdge[] => {
      const blocking = find(need);
      if (blocking === undefined || issue.openBlockers.includes(blocking.number)) return [];
      return [{ blocked: identity(issue), blocking: identity(blocking) }];
    }),
  );
  return edges.length === 0 ? [] : [{ kind: "add-blockers", edges }];
};

function identity({ number, id, nodeId }: { number: number; id: number; nodeId: string }) {
  return { number, id, nodeId };
}
