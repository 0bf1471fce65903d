import type { Explanation } from "../core/queue/explain.ts";
import { explainPlan } from "../core/queue/explain.ts";
import { explanationLine } from "../core/queue/explanation-line.ts";
import { labelsOf } from "../core/queue/labels.ts";
import type { Candidate, Choice } from "../core/queue/select.ts";
import { select } from "../core/queue/select.ts";
import type { IssueView, Snapshot, TaskSnapshot } from "../core/queue/snapshot.ts";
import type { TaskKey } from "../core/task/task.ts";
import type { Looked, PreviewedStart, PreviewedWait } from "./preview.ts";
import type { QueueRequest } from "./queue.ts";
import { queueOf, selectable } from "./queue.ts";

export interface NextRequest {
  /** Approved plans, as they are seen now. */
  readonly looked: readonly Looked[];
  /** Further ones, as they were seen last. */
  readonly others: readonly Snapshot[];
  readonly queue: QueueRequest;
}

interface Tasks {
  readonly starts: readonly PreviewedStart[];
  readonly waiting: readonly PreviewedWait[];
}

/** What would be offered once the issues that are wanted are there, and why all else is not; by plan. */
export function next({ looked, others, queue: request }: NextRequest): ReadonlyMap<number, Tasks> {
  const snapshots = looked.map(withIssuesMade);
  const known = queueOf(request, [[...snapshots, ...others], []]);
  // Where no worker is known, all that is allowed at once would start as soon as there are enough.
  const isAnyone = known.workers.length === 0;
  const queue = isAnyone ? { ...known, workers: [anyone(known.policy.maxAgents)] } : known;
  const choices = select(selectable(queue));
  return new Map(
    snapshots.map((snapshot) => {
      const own = choices.filter(({ task }) => task.plan === snapshot.state.record.issue);
      const explained = explainPlan({ snapshot, policy: request.policy, now: request.now, queue });
      return [snapshot.state.record.issue, outlookTasks(snapshot, { own, explained, isAnyone })];
    }),
  );
}

interface Chosen {
  readonly own: readonly Choice[];
  readonly explained: ReturnType<typeof explainPlan>;
  readonly isAnyone: boolean;
}

/** One plan's part of it. */
export function outlookTasks({ tasks }: Snapshot, { own, explained, isAnyone }: Chosen): Tasks {
  const issues = new Map(tasks.map(({ task, issue }) => [task.key, numberOf(issue)]));
  const starting = new Set(own.map(({ task }) => task.task.key));
  const isOver = ({ state }: { readonly state: string }) => state === "done" || state === "dropped";
  const stays = explained.filter((one) => !isOver(one) && !starting.has(one.key));
  const listed = new Set([...starting, ...stays.map(({ key }) => key)]);
  return {
    starts: own.map(({ task: { task }, worker, agent }) => ({
      ...{ task: task.key, title: task.title, ...issues.get(task.key) },
      ...(isAnyone ? {} : { worker }),
      ...(agent === undefined ? {} : { agent }),
    })),
    waiting: stays.map((one) => ({
      task: one.key,
      ...issues.get(one.key),
      state: one.state,
      line: lineOf(one, listed, isAnyone),
    })),
  };
}

/** Nothing is said of a worker that is only supposed. */
function lineOf(explanation: Explanation, listed: ReadonlySet<TaskKey>, isAnyone: boolean): string {
  const { workers: _, ...withoutWorkers } = explanation;
  return explanationLine(isAnyone ? withoutWorkers : explanation, listed);
}

function anyone(slots: number): Candidate {
  return { id: "", connected: true, draining: false, slots, free: slots, warm: false };
}

/** Issues nobody has a number for yet count from here: no forge has so many. */
const firstMade = 2 ** 40;

function numberOf(issue: TaskSnapshot["issue"]): { readonly issue?: number } {
  return issue === undefined || issue.number >= firstMade ? {} : { issue: issue.number };
}

/** The plan as it would be seen once the issues that are to be opened are there. */
function withIssuesMade({ snapshot, wanted }: Looked): Snapshot {
  const made = new Set(wanted.flatMap(({ effect }) => (effect.kind === "create-task-issues" ? effect.tasks : [])));
  const { issue: plan, steering } = snapshot.state.record;
  const tasks = snapshot.tasks.map((at, index) => {
    if (!made.has(at.task.key) || at.issue !== undefined) return at;
    const number = firstMade + plan * 1_000 + index;
    const labels = labelsOf(at.task, steering?.tasks?.[at.task.key]);
    return {
      ...at,
      issue: { number, id: number, nodeId: "", state: "open", labels, openBlockers: [] } satisfies IssueView,
    };
  });
  return { ...snapshot, tasks };
}
