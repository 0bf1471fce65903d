import type { TaskKey } from "../task/task.ts";
import { strainLine } from "../worker/strain.ts";
import { helpFor } from "./help.ts";
import type { ParkedAgent } from "./parking.ts";
import { pausedBy, pauseOf } from "./pauses.ts";
import type { Policy } from "./policy.ts";
import { causeLine } from "./reasons.ts";
import type { Candidate, ReadyTask, Selection } from "./select.ts";
import { agentOn, mostAgents, select, urgentFirst } from "./select.ts";
import type { Snapshot, TaskSnapshot } from "./snapshot.ts";
import type { TaskState } from "./states.ts";
import type { Survey } from "./task-state.ts";
import { survey } from "./task-state.ts";

/** What ready tasks are chosen from: those of every plan of the repository. */
export interface Queue extends Omit<Selection, "parked" | "policy"> {
  readonly parked: readonly ParkedAgent[];
  readonly policy: Policy;
}

/** Why a task is where it is. */
export interface Explanation {
  readonly key: TaskKey;
  readonly state: TaskState["kind"];
  /** The rule that decided, by its name. */
  readonly rule: string;
  /** The same for people, one line without what would help; empty when the state says it all. May hold words of agents: neutralise it. */
  readonly line: string;
  /** Tasks of the plan it waits for in the end, and how they stand: those that wait for no other. */
  readonly behind: readonly { readonly key: TaskKey; readonly state: TaskState["kind"]; readonly line: string }[];
  /** Its place among all ready tasks, from 1, when it is ready. */
  readonly place?: { readonly position: number; readonly of: number };
  /** Why each worker does not take it, when it is ready and nobody does. */
  readonly workers?: readonly { readonly worker: string; readonly why: string }[];
  /** What would help, one sentence each; empty when it goes on by itself. */
  readonly help: readonly string[];
}

export interface ExplainRequest {
  readonly snapshot: Snapshot;
  readonly policy: Policy;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Absent: nothing is said of places and workers. */
  readonly queue?: Queue | undefined;
}

/** Why each task of the plan is where it is, in the plan's order. */
export function explainPlan(request: ExplainRequest): readonly Explanation[] {
  const at = survey(request.snapshot, request.policy, request.now);
  const lineUp = lineUpOf(request.queue);
  const tasks = new Map(request.snapshot.tasks.map((task) => [task.task.key, task]));
  return request.snapshot.tasks.flatMap((task) => {
    const state = at.states.get(task.task.key);
    return state === undefined ? [] : [explain(task, state, { ...request, at, tasks, lineUp })];
  });
}

interface Context extends ExplainRequest {
  readonly at: Survey;
  readonly tasks: ReadonlyMap<TaskKey, TaskSnapshot>;
  readonly lineUp: LineUp | undefined;
}

function explain(task: TaskSnapshot, state: TaskState, context: Context): Explanation {
  const { snapshot, policy, lineUp } = context;
  const help = helpFor(state, { snapshot, policy, at: task });
  const behind = rootsOf(task, state, context);
  const line = lineOf(task, state, context) + inTheEnd(state, behind);
  const facts = { key: task.task.key, state: state.kind, rule: ruleOf(state), line };
  if (state.kind === "queued" && state.ready && lineUp !== undefined && task.issue !== undefined) {
    return { ...facts, behind: [], help, ...whyNotTaken(task.issue.number, lineUp) };
  }
  return {
    ...facts,
    behind: behind.map(({ help: _, ...root }) => root),
    help: help.length > 0 ? help : helpOf(behind),
  };
}

function lineOf(task: TaskSnapshot, state: TaskState, { snapshot, policy: { commands } }: Context): string {
  if (state.kind === "review" && state.step.kind === "person" && state.step.why === "paused") {
    return pausedBy(pauseOf(task, snapshot.state) ?? { kind: "paused" });
  }
  return causeLine(state, task.task.key, { commands, howLong: true });
}

/** The tasks behind those that it waits for, by their keys. */
function inTheEnd(state: TaskState, roots: readonly Root[]): string {
  const keys = needsOf(state);
  if (keys.length === 0) return "";
  const further = roots.map(({ key }) => key).filter((key) => !keys.includes(key));
  if (further.length === 0) return "";
  return keys.length === 1 ? `, which waits for ${further.join(", ")}` : `, in the end for ${further.join(", ")}`;
}

/** The tasks it is said to wait for. */
function needsOf(state: TaskState): readonly TaskKey[] {
  if (state.kind === "blocked") return state.block.kind === "need-blocked" ? state.block.keys : [];
  const isWaiting = state.kind === "planned" || (state.kind === "queued" && !state.ready);
  return isWaiting && state.waiting.kind === "needs" ? state.waiting.keys : [];
}

/** The state's kind, or what it waits for. */
function ruleOf(state: TaskState): string {
  switch (state.kind) {
    case "planned":
      return state.waiting.kind;
    case "queued":
      return state.ready ? "ready" : state.waiting.kind;
    case "blocked":
      return state.block.kind;
    case "review":
      return state.step.kind === "merge" ? "merge" : state.step.why;
    default:
      return state.kind;
  }
}

interface Root {
  readonly key: TaskKey;
  readonly state: TaskState["kind"];
  readonly line: string;
  readonly help: readonly string[];
}

/** As many as are worth reading. */
const mostRoots = 5;

/** Up the needs to what is no further one's turn to wait for. */
function rootsOf(task: TaskSnapshot, state: TaskState, context: Context): readonly Root[] {
  const { at, tasks, snapshot, policy } = context;
  if (!waitsForNeeds(state)) return [];
  const roots: Root[] = [];
  const seen = new Set<TaskKey>(task.task.needs);
  // A set grows while it is walked: each need's own needs are visited after it.
  for (const key of seen) {
    const need = tasks.get(key);
    const found = at.states.get(key);
    if (need === undefined || found === undefined || found.kind === "done" || roots.length >= mostRoots) continue;
    if (waitsForNeeds(found)) for (const further of need.task.needs) seen.add(further);
    else {
      const help = helpFor(found, { snapshot, policy, at: need });
      roots.push({ key, state: found.kind, line: lineOf(need, found, context), help });
    }
  }
  return roots;
}

function waitsForNeeds(state: TaskState): boolean {
  const isBehind =
    state.kind === "blocked" && (state.block.kind === "need-dropped" || state.block.kind === "need-failed");
  return isBehind || needsOf(state).length > 0;
}

function helpOf(roots: readonly Root[]): readonly string[] {
  return [...new Set(roots.flatMap(({ help }) => help))];
}

/** Ready tasks as they stand in line, by issue. */
interface LineUp {
  readonly queue: Queue;
  readonly selection: Selection;
  readonly tasks: ReadonlyMap<number, ReadyTask & { readonly position: number }>;
  readonly chosen: ReadonlySet<number>;
}

function lineUpOf(queue: Queue | undefined): LineUp | undefined {
  if (queue === undefined) return undefined;
  const selection = { ...queue, parked: new Set(queue.parked.map(({ agent }) => agent)) };
  const sorted = urgentFirst(queue.ready, queue.active);
  return {
    queue,
    selection,
    tasks: new Map(sorted.map((task, index) => [task.issue, { ...task, position: index + 1 }])),
    chosen: new Set(select(selection).map(({ task }) => task.issue)),
  };
}

type Taking = Pick<Explanation, "rule" | "line" | "help" | "place" | "workers">;

/** Why nobody takes a ready task. */
function whyNotTaken(issue: number, { queue, selection, tasks, chosen }: LineUp): Partial<Taking> {
  const task = tasks.get(issue);
  if (task === undefined) return { rule: "resting", line: "it is offered in a moment" };
  const place = { position: task.position, of: tasks.size };
  if (chosen.has(issue)) return { rule: "next", line: "it is offered now", place };
  const full = whyFull(task, queue);
  if (full !== undefined) return { place, ...full };
  const workers = queue.workers.map((worker) => ({ worker: worker.id, why: whyNotOn(worker, task, selection) }));
  return { place, workers, ...whyNoWorker(task, selection, queue.parked) };
}

function whyFull(task: ReadyTask, { active, policy }: Queue): Partial<Taking> | undefined {
  if (active.length >= policy.maxAgents) {
    const line = `${active.length} of the repository's ${policy.maxAgents} agents are at work`;
    return {
      rule: "max-agents",
      line,
      help: [`raise max-agents in .github/coppice.yml, as far as the operator allows`],
    };
  }
  const own = active.filter(({ plan }) => plan === task.plan).length;
  const most = mostAgents(task, policy);
  if (own < most) return undefined;
  if (task.most !== undefined && own >= task.most) {
    return { rule: "breaker", line: "another task of its plan tries first whether what the attempts met is over" };
  }
  const line = `${own} of its plan's ${most} agents are at work`;
  return { rule: "max-agents-per-plan", line, help: ["raise max-agents-per-plan in .github/coppice.yml"] };
}

function whyNoWorker(
  task: ReadyTask & { readonly position: number },
  selection: Selection,
  parked: readonly ParkedAgent[],
): Partial<Taking> {
  const connected = selection.workers.filter((worker) => worker.connected && !worker.draining);
  if (connected.length === 0) return { rule: "no-worker", line: "no worker is connected", help: ["start a worker"] };
  const { agent } = selection;
  const able = connected.filter((worker) => agentOn(worker, task, { agent }) !== undefined);
  if (able.length === 0) {
    const line = `no worker has the agent ${task.agent ?? agent ?? ""}`;
    return { rule: "no-agent", line, help: ["start a worker that has it, or give the task to another agent"] };
  }
  const allowed = able.filter((worker) => agentOn(worker, task, selection) !== undefined);
  if (allowed.length === 0) {
    const names = parked.map((one) => one.agent).join(", ");
    return { rule: "parked", line: `the quota of ${names} is spent`, help: ["start a worker with another agent"] };
  }
  if (allowed.some((worker) => worker.free > 0)) {
    return { rule: "place", line: "tasks before it take the workers that are free", help: [] };
  }
  return { rule: "busy", line: "every worker is busy", help: ["start another worker, or one with more slots"] };
}

function whyNotOn(worker: Candidate, task: ReadyTask, selection: Selection): string {
  if (!worker.connected) return "not connected";
  if (worker.draining) return "it takes nothing new";
  if (agentOn(worker, task, { agent: selection.agent }) === undefined) {
    return `it has no ${task.agent ?? selection.agent ?? "agent"}, only ${(worker.agents ?? []).join(", ")}`;
  }
  if (agentOn(worker, task, selection) === undefined) return "its agents' quota is spent";
  if (worker.strained !== undefined && worker.strained.length > 0) return strainLine(worker.strained);
  return worker.free <= 0 ? "all its slots are taken" : "other tasks are before this one";
}
