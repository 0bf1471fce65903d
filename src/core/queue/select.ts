import { asSteered } from "../plan/steering-change.ts";
import type { PlannedTask, Priority } from "../task/task.ts";
import type { Strain } from "../worker/strain.ts";
import { isBegunAnew } from "./attempts.ts";
import { agentLabel } from "./labels.ts";
import type { Policy } from "./policy.ts";
import type { Snapshot, TaskSnapshot } from "./snapshot.ts";
import { survey } from "./task-state.ts";

/** After waiting this long a task counts as one priority higher, and so on: nothing starves. */
export const promotionMilliseconds = 10 * 60_000;

/** A task that may be offered now. */
export interface ReadyTask {
  readonly plan: number;
  readonly issue: number;
  /** As it is to be carried out: people may have changed priority and specialist since the approval. */
  readonly task: PlannedTask;
  readonly at: TaskSnapshot;
  /** Milliseconds it has been ready, on the observer's monotonic clock. */
  readonly readyFor: number;
  /** The agent a person gave it to. */
  readonly agent?: string;
  /** Who approved its plan. */
  readonly by?: string;
  /** Agents its plan may have at once, where that is fewer than the policy says. */
  readonly most?: number;
}

/** A worker as the choice sees it. */
export interface Candidate {
  readonly id: string;
  readonly connected: boolean;
  readonly draining: boolean;
  readonly slots: number;
  readonly free: number;
  /** What its machine has too little of; it has no free slot meanwhile. */
  readonly strained?: readonly Strain[] | undefined;
  /** Has a mirror of the repository. */
  readonly warm: boolean;
  /** Those it has, its own choice first; empty or absent: not known. */
  readonly agents?: readonly string[];
}

/** A task that takes one of the repository's agents. */
export interface ActiveTask {
  readonly plan: number;
  readonly issue: number;
  readonly by?: string;
}

export interface Selection {
  readonly ready: readonly ReadyTask[];
  readonly workers: readonly Candidate[];
  /** Tasks of the repository that somebody works on, or is being offered. */
  readonly active: readonly ActiveTask[];
  readonly policy: Pick<Policy, "maxAgents"> & Partial<Pick<Policy, "maxAgentsPerPlan">>;
  /** The operator's agent; each worker's own choice where absent. */
  readonly agent?: string | undefined;
  /** Agents that nothing is given to. */
  readonly parked?: ReadonlySet<string>;
}

export interface Choice {
  readonly task: ReadyTask;
  readonly worker: string;
  /** The agent to ask for; the worker's own choice where absent. */
  readonly agent?: string;
}

/** The plan's tasks that may be offered now; `readyFor` starts at 0. */
export function readyTasks(snapshot: Snapshot, policy: Policy, now: number): readonly ReadyTask[] {
  const { states, trial } = survey(snapshot, policy, now);
  const { issue: plan, status, steering } = snapshot.state.record;
  const by = status.kind === "approved" ? { by: status.approval.by } : {};
  return snapshot.tasks.flatMap((at): ReadyTask[] => {
    const state = states.get(at.task.key);
    if (state?.kind !== "queued" || !state.ready || at.issue === undefined) return [];
    const { agent, retried } = steering?.tasks?.[at.task.key] ?? {};
    const task = asSteered(at.task, steering);
    const facts = trial && !isBegunAnew(at, retried?.at) ? { ...by, most: 1 } : by;
    const asked = agent === undefined ? facts : { ...facts, agent };
    return [{ plan, issue: at.issue.number, task, at, readyFor: 0, ...asked }];
  });
}

/** The plan's tasks that take one of the repository's agents: a run, offered or living, or a lease somebody holds. */
export function activeTasks(snapshot: Snapshot, policy: Policy, now: number): readonly ActiveTask[] {
  const { states } = survey(snapshot, policy, now);
  const { issue: plan, status } = snapshot.state.record;
  const by = status.kind === "approved" ? { by: status.approval.by } : {};
  return snapshot.tasks.flatMap((at) => {
    const working = states.get(at.task.key)?.kind === "running" && at.lease?.lease.phase !== "published";
    if (at.issue === undefined || (at.run === undefined && !working)) return [];
    return [{ plan, issue: at.issue.number, ...by }];
  });
}

/**
 * Which task goes to which worker. By priority (raised by waiting), then the person with the fewest agents, the plan with
 * the fewest, then age, then issue number; to a warm worker first, then the least loaded. Never more than `maxAgents` in
 * all and `maxAgentsPerPlan` on one plan, never a task twice, and nothing to an agent that is parked.
 */
export function select(selection: Selection): readonly Choice[] {
  const { workers, policy } = selection;
  const free = new Map(workers.filter(isFit).map((worker) => [worker.id, { ...worker }]));
  const slots = [...free.values()].reduce((sum, worker) => sum + Math.max(0, worker.free), 0);
  const taken = new Set(selection.active.map(({ issue }) => issue));
  const room = Math.min(policy.maxAgents - taken.size, slots);
  if (room <= 0) return [];
  const lines = linesOf(selection.ready, { taken, room });
  const counts = countAgents(selection.active);
  const choices: Choice[] = [];
  while (choices.length < room) {
    const choice = nextChoice(lines, [...free.values()], { selection, counts });
    if (choice === undefined) break;
    const { task, worker } = choice;
    for (const line of lines) if (line.tasks[0]?.issue === task.issue) line.tasks.shift();
    add(counts.ofPlan, task.plan);
    add(counts.ofPerson, task.by ?? "");
    free.set(worker.id, { ...worker, free: worker.free - 1 });
    choices.push({ task, worker: worker.id, ...(choice.agent === undefined ? {} : { agent: choice.agent }) });
  }
  return choices;
}

/** The agent to ask a worker for (absent: its own choice), or that it has none for the task. */
export function agentOn(
  { agents = [] }: Pick<Candidate, "agents">,
  task: Pick<ReadyTask, "agent">,
  { agent, parked }: Pick<Selection, "agent" | "parked">,
): { readonly agent?: string } | undefined {
  const isParked = (name: string) => parked?.has(name) === true;
  // A label names a shell line by its first word: whoever has such a line knows the rest.
  const ownNameOf = (name: string) =>
    agents.length === 0 || agents.includes(name) ? name : agents.find((own) => agentLabel(own) === agentLabel(name));
  if (task.agent !== undefined) {
    const asked = ownNameOf(task.agent);
    return asked === undefined || isParked(asked) ? undefined : { agent: asked };
  }
  if (agent !== undefined && !isParked(agent)) {
    return agents.length === 0 || agents.includes(agent) ? { agent } : undefined;
  }
  const [own] = agents;
  if (agent === undefined && (own === undefined || !isParked(own))) return {};
  const other = agents.find((name) => !isParked(name));
  return other === undefined ? undefined : { agent: other };
}

/** How many agents the task's plan may have at once. */
export function mostAgents(
  { most = Number.POSITIVE_INFINITY }: Pick<ReadyTask, "most">,
  policy: Selection["policy"],
): number {
  return Math.min(most, policy.maxAgentsPerPlan ?? most);
}

/** In the order in which each would be chosen if it were alone, as the agents are spread now. */
export function urgentFirst(ready: readonly ReadyTask[], active: Selection["active"]): readonly ReadyTask[] {
  return [...ready].sort(byUrgency(countAgents(active)));
}

/** Tasks of one plan that want the same agent, the most urgent first: their order among each other does not change. */
interface Line {
  readonly plan: number;
  readonly tasks: ReadyTask[];
}

/** No more of each than could be chosen at all, so that thousands that wait are walked through once and never sorted. */
function linesOf(
  ready: readonly ReadyTask[],
  { taken, room }: { readonly taken: ReadonlySet<number>; readonly room: number },
): readonly Line[] {
  const lines = new Map<number, Map<string, Line>>();
  for (const task of ready) {
    if (taken.has(task.issue)) continue;
    const ofPlan = lines.get(task.plan) ?? new Map<string, Line>();
    lines.set(task.plan, ofPlan);
    const line = ofPlan.get(task.agent ?? "") ?? { plan: task.plan, tasks: [] };
    ofPlan.set(task.agent ?? "", line);
    insert(line.tasks, task, room);
  }
  return [...lines.values()].flatMap((ofPlan) => [...ofPlan.values()]);
}

function insert(tasks: ReadyTask[], task: ReadyTask, most: number): void {
  const last = tasks[tasks.length - 1];
  if (tasks.length >= most && last !== undefined && byAge(last, task) <= 0) return;
  let [low, high] = [0, tasks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = tasks[middle];
    if (other !== undefined && byAge(other, task) <= 0) low = middle + 1;
    else high = middle;
  }
  // Named twice, it would stand right before its own place.
  if (tasks[low - 1]?.issue === task.issue) return;
  tasks.splice(low, 0, task);
  if (tasks.length > most) tasks.pop();
}

interface Counts {
  readonly ofPlan: Map<number, number>;
  readonly ofPerson: Map<string, number>;
}

function countAgents(active: Selection["active"]): Counts {
  const counts: Counts = { ofPlan: new Map(), ofPerson: new Map() };
  for (const issue of new Map(active.map((task) => [task.issue, task])).values()) {
    add(counts.ofPlan, issue.plan);
    add(counts.ofPerson, issue.by ?? "");
  }
  return counts;
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

interface Found {
  readonly task: ReadyTask;
  readonly worker: Candidate;
  readonly agent?: string;
}

function nextChoice(
  lines: readonly Line[],
  workers: readonly Candidate[],
  { selection, counts }: { readonly selection: Selection; readonly counts: Counts },
): Found | undefined {
  const order = byUrgency(counts);
  const found = new Map<string | undefined, Omit<Found, "task"> | undefined>();
  let best: Found | undefined;
  for (const { plan, tasks } of lines) {
    const task = tasks[0];
    if (task === undefined || (counts.ofPlan.get(plan) ?? 0) >= mostAgents(task, selection.policy)) continue;
    if (best !== undefined && order(best.task, task) <= 0) continue;
    if (!found.has(task.agent)) found.set(task.agent, bestWorker(workers, task, selection));
    const where = found.get(task.agent);
    if (where !== undefined) best = { task, ...where };
  }
  return best;
}

function bestWorker(
  workers: readonly Candidate[],
  task: ReadyTask,
  selection: Selection,
): Omit<Found, "task"> | undefined {
  let best: Omit<Found, "task"> | undefined;
  for (const worker of workers) {
    if (worker.free <= 0 || (best !== undefined && byFitness(best.worker, worker) <= 0)) continue;
    const asked = agentOn(worker, task, selection);
    if (asked !== undefined) best = { worker, ...asked };
  }
  return best;
}

const rank: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 };

function isFit({ connected, draining }: Candidate): boolean {
  return connected && !draining;
}

function urgency({ task, readyFor }: ReadyTask): number {
  return rank[task.priority] - Math.floor(readyFor / promotionMilliseconds);
}

function byAge(a: ReadyTask, b: ReadyTask): number {
  return urgency(a) - urgency(b) || b.readyFor - a.readyFor || a.issue - b.issue;
}

function byUrgency({ ofPlan, ofPerson }: Counts) {
  return (a: ReadyTask, b: ReadyTask) =>
    urgency(a) - urgency(b) ||
    (ofPerson.get(a.by ?? "") ?? 0) - (ofPerson.get(b.by ?? "") ?? 0) ||
    (ofPlan.get(a.plan) ?? 0) - (ofPlan.get(b.plan) ?? 0) ||
    byAge(a, b);
}

function byFitness(a: Candidate, b: Candidate): number {
  return Number(b.warm) - Number(a.warm) || load(a) - load(b) || (a.id < b.id ? -1 : 1);
}

function load({ slots, free }: Candidate): number {
  return slots <= 0 ? 1 : (slots - free) / slots;
}
