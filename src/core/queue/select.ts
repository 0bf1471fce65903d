import type { PlannedTask, Priority } from "../task/task.ts";
import type { Policy } from "./policy.ts";
import type { Snapshot, TaskSnapshot } from "./snapshot.ts";
import { survey } from "./task-state.ts";

/** After waiting this long a task counts as one priority higher, and so on: nothing starves. */
export const promotionMilliseconds = 10 * 60_000;

/** A task that may be offered now. */
export interface ReadyTask {
  readonly plan: number;
  readonly issue: number;
  readonly task: PlannedTask;
  readonly at: TaskSnapshot;
  /** Milliseconds it has been ready, on the observer's monotonic clock. */
  readonly readyFor: number;
}

/** A worker as the choice sees it. */
export interface Candidate {
  readonly id: string;
  readonly connected: boolean;
  readonly draining: boolean;
  readonly slots: number;
  readonly free: number;
  /** Has a mirror of the repository. */
  readonly warm: boolean;
}

export interface Selection {
  readonly ready: readonly ReadyTask[];
  readonly workers: readonly Candidate[];
  /** Tasks of the repository that somebody works on, or is being offered. */
  readonly active: readonly { readonly plan: number; readonly issue: number }[];
  readonly policy: Pick<Policy, "maxAgents">;
}

export interface Choice {
  readonly task: ReadyTask;
  readonly worker: string;
}

/** The plan's tasks that may be offered now; `readyFor` starts at 0. */
export function readyTasks(snapshot: Snapshot, policy: Policy, now: number): readonly ReadyTask[] {
  const { states } = survey(snapshot, policy, now);
  return snapshot.tasks.flatMap((at) => {
    const state = states.get(at.task.key);
    if (state?.kind !== "queued" || !state.ready || at.issue === undefined) return [];
    return [{ plan: snapshot.state.record.issue, issue: at.issue.number, task: at.task, at, readyFor: 0 }];
  });
}

/** The plan's tasks that take one of the repository's agents: a run, offered or living, or a lease somebody holds. */
export function activeTasks(snapshot: Snapshot, policy: Policy, now: number): Selection["active"] {
  const { states } = survey(snapshot, policy, now);
  return snapshot.tasks.flatMap((at) => {
    const working = states.get(at.task.key)?.kind === "running" && at.lease?.lease.phase !== "published";
    if (at.issue === undefined || (at.run === undefined && !working)) return [];
    return [{ plan: snapshot.state.record.issue, issue: at.issue.number }];
  });
}

/**
 * Which task goes to which worker. By priority (raised by waiting), then the plan with the fewest agents, then age, then
 * issue number; to a warm worker first, then the least loaded. Never more than `maxAgents` in all, never a task twice.
 */
export function select({ ready, workers, active, policy }: Selection): readonly Choice[] {
  const taken = new Set(active.map(({ issue }) => issue));
  const agents = new Map<number, number>();
  for (const { plan } of active) agents.set(plan, (agents.get(plan) ?? 0) + 1);
  const free = new Map(workers.filter(isFit).map((worker) => [worker.id, { ...worker }]));
  const choices: Choice[] = [];
  while (taken.size < policy.maxAgents) {
    const task = first(ready, (candidate) => !taken.has(candidate.issue), byUrgency(agents));
    const worker = first([...free.values()], (candidate) => candidate.free > 0, byFitness);
    if (task === undefined || worker === undefined) break;
    taken.add(task.issue);
    agents.set(task.plan, (agents.get(task.plan) ?? 0) + 1);
    free.set(worker.id, { ...worker, free: worker.free - 1 });
    choices.push({ task, worker: worker.id });
  }
  return choices;
}

const rank: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 };

function isFit({ connected, draining }: Candidate): boolean {
  return connected && !draining;
}

function byUrgency(agents: ReadonlyMap<number, number>) {
  const urgency = ({ task, readyFor }: ReadyTask) => rank[task.priority] - Math.floor(readyFor / promotionMilliseconds);
  return (a: ReadyTask, b: ReadyTask) =>
    urgency(a) - urgency(b) ||
    (agents.get(a.plan) ?? 0) - (agents.get(b.plan) ?? 0) ||
    b.readyFor - a.readyFor ||
    a.issue - b.issue;
}

function byFitness(a: Candidate, b: Candidate): number {
  return Number(b.warm) - Number(a.warm) || load(a) - load(b) || (a.id < b.id ? -1 : 1);
}

function load({ slots, free }: Candidate): number {
  return slots <= 0 ? 1 : (slots - free) / slots;
}

function first<T>(all: readonly T[], allowed: (one: T) => boolean, order: (a: T, b: T) => number): T | undefined {
  let best: T | undefined;
  for (const one of all) if (allowed(one) && (best === undefined || order(one, best) < 0)) best = one;
  return best;
}
