import { topologicalOrder } from "../../plan/order.ts";
import type { PlannedTask, TaskKey } from "../../task/task.ts";
import { amendedTasks } from "../amendment.ts";
import type { BlockerEdge, Effect } from "../effects.ts";
import { labelsOf, stateLabelNames } from "../labels.ts";
import { placeTasks, usesPhases } from "../phase-parents.ts";
import type { Snapshot, TaskSnapshot } from "../snapshot.ts";
import { planHold, roomForIssues } from "../task-state.ts";
import type { Rule } from "./rule.ts";
import { createdTasks, isApproved, isDoubtful } from "./rule.ts";

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

/** A person who opens one again takes it over: it has no label of ours any more, and is left alone. */
export const closeGivenUp: Rule = (survey) => {
  if (isDoubtful(survey)) return [];
  const issues = createdTasks(survey).flatMap(({ issue, state, givenUp }) => {
    const isOurs = issue.state === "open" && stateLabelNames.some((name) => issue.labels.includes(name));
    return givenUp && isOurs && state.kind !== "merged" ? [issue.number] : [];
  });
  return issues.length === 0 ? [] : [{ kind: "close-given-up", issues }];
};

export const catchUp: Rule = (survey) => {
  const wanted = survey.snapshot.state.record.catchUp;
  if (wanted === undefined || !isApproved(survey) || planHold(survey.snapshot) !== undefined) return [];
  return [{ kind: "catch-up", catchUp: wanted }];
};

/** One that the ledger knows and nobody sees is not made again: reads may be old. Needs first, until `createAhead` issues are open. */
export const createIssues: Rule = (survey) => {
  const { snapshot, policy } = survey;
  if (!isApproved(survey) || planHold(snapshot) !== undefined) return [];
  const amended = amendedTasks(snapshot.state);
  const open = snapshot.tasks.filter(({ issue }) => issue?.state === "open").length;
  const isMissing = ({ task: { key }, issue }: TaskSnapshot) =>
    issue === undefined && snapshot.state.record.tasks[key] === undefined && !amended.has(key);
  const absent = new Set(snapshot.tasks.filter(isMissing).map(({ task }) => task.key));
  if (absent.size === 0) return [];
  const missing = topologicalOrder(snapshot.tasks.map(({ task }) => task)).filter(({ key }) => absent.has(key));
  const ahead = Math.max(0, policy.createAhead - open);
  if (usesPhases(snapshot)) return createUnderPhases(snapshot, missing, ahead);
  const next = missing.slice(0, Math.min(roomForIssues(snapshot), ahead));
  return next.length === 0 ? [] : [ensureLabels(next, snapshot), { kind: "create-task-issues", tasks: keysOf(next) }];
};

/** Issues whose parent is still to be made wait for the next look. */
function createUnderPhases(snapshot: Snapshot, tasks: readonly PlannedTask[], ahead: number): readonly Effect[] {
  const { under, missing } = placeTasks(snapshot, tasks, ahead);
  const placed = new Set([...under.values()].flat());
  const creating = [...under].map(([phase, tasks]): Effect => ({ kind: "create-task-issues", tasks, phase }));
  return [
    ...(missing.length === 0 ? [] : [{ kind: "create-phases", phases: missing } as const]),
    ...(creating.length === 0
      ? []
      : [
          ensureLabels(
            tasks.filter(({ key }) => placed.has(key)),
            snapshot,
          ),
        ]),
    ...creating,
  ];
}

function ensureLabels(tasks: readonly PlannedTask[], { state }: Snapshot): Effect {
  const steered = state.record.steering?.tasks;
  return { kind: "ensure-labels", names: [...new Set(tasks.flatMap((task) => labelsOf(task, steered?.[task.key])))] };
}

function keysOf(tasks: readonly PlannedTask[]): readonly TaskKey[] {
  return tasks.map(({ key }) => key);
}

/** The plan's needs as GitHub's own dependencies; only what is open can block, so only that is linked. */
export const addBlockers: Rule = (survey) => {
  if (!isApproved(survey) || isDoubtful(survey)) return [];
  const created = createdTasks(survey).filter(({ issue, givenUp }) => !givenUp && issue.state === "open");
  const issues = new Map(created.map(({ key, issue }) => [key, issue]));
  const edges = created.flatMap(({ at, issue }) =>
    at.task.needs.flatMap((need): BlockerEdge[] => {
      const blocking = issues.get(need);
      if (blocking === undefined || issue.openBlockers.includes(blocking.number)) return [];
      return [{ blocked: identity(issue), blocking: identity(blocking) }];
    }),
  );
  return edges.length === 0 ? [] : [{ kind: "add-blockers", edges }];
};

function identity({ number, id, nodeId }: { number: number; id: number; nodeId: string }) {
  return { number, id, nodeId };
}
