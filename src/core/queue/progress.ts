import type { TaskKey } from "../task/task.ts";
import { attemptsUsed, countedFailures } from "./attempts.ts";
import type { Policy } from "./policy.ts";
import { reasonLine } from "./reasons.ts";
import type { Snapshot, TaskSnapshot } from "./snapshot.ts";
import type { TaskState, Waiting } from "./states.ts";
import { survey } from "./task-state.ts";

export type ProgressState = TaskState["kind"];

/** How far one task is, as the plan comment and `/status` show it. Nothing in it changes by the mere passing of time. */
export interface TaskProgress {
  readonly key: TaskKey;
  readonly state: ProgressState;
  /** Ready and only waiting for a worker. */
  readonly ready: boolean;
  /** It goes on by itself sooner or later: it runs, is about to, waits for time or for the forge. Absent: for other tasks, for people, or for nothing any more. */
  readonly moves?: true;
  readonly issue?: number;
  readonly pull?: { readonly number: number; readonly url: string };
  readonly worker?: string;
  readonly agent?: string;
  /** The attempt that runs or comes next, from 1; absent when none has failed or begun. */
  readonly attempt?: number;
  readonly attempts: number;
  /** Why it is where it is, one line; empty when the state says it all. May hold words of agents: neutralise it. */
  readonly line: string;
}

/** How far each task of the plan is, in the plan's order. */
export function progress(snapshot: Snapshot, policy: Policy, now: number): readonly TaskProgress[] {
  const { states } = survey(snapshot, policy, now);
  return snapshot.tasks.flatMap((at) => {
    const state = states.get(at.task.key);
    const retried = snapshot.state.record.steering?.tasks?.[at.task.key]?.retried?.at;
    return state === undefined
      ? []
      : [progressOf(at, { state, policy, used: attemptsUsed(countedFailures(at, now, retried)) })];
  });
}

/** A count of tasks by state, in the order of a task's life. */
export function countStates(tasks: readonly TaskProgress[]): ReadonlyMap<ProgressState, number> {
  const counts = new Map<ProgressState, number>();
  for (const { state } of tasks) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

interface Standing {
  readonly state: TaskState;
  readonly policy: Policy;
  /** Attempts that count against the policy's. */
  readonly used: number;
}

function progressOf(at: TaskSnapshot, { state, policy, used }: Standing): TaskProgress {
  const { issue, pull, run, lease } = at;
  const isRunning = state.kind === "running";
  const holder = lease?.lease.holder.split("/", 1)[0];
  const worker = run?.worker ?? holder;
  return {
    key: at.task.key,
    state: state.kind,
    ready: state.kind === "queued" && state.ready,
    ...(movesByItself(state) ? { moves: true } : {}),
    ...(issue === undefined ? {} : { issue: issue.number }),
    ...(pull === undefined ? {} : { pull: { number: pull.number, url: pull.url } }),
    ...(isRunning && worker !== undefined ? { worker } : {}),
    ...(isRunning && run !== undefined ? { agent: run.agent } : {}),
    ...(isRunning || used > 0 ? { attempt: Math.min(policy.attempts, used + 1) } : {}),
    attempts: policy.attempts,
    line: reasonLine(state, at.task.key, policy),
  };
}

/** They end by themselves, soon enough to wait for. */
const passing: ReadonlySet<Waiting["kind"]> = new Set(["back-off", "offered", "breaker", "parked"]);

function movesByItself(state: TaskState): boolean {
  switch (state.kind) {
    case "planned":
      return state.waiting.kind === "create-ahead";
    case "queued":
      return state.ready || passing.has(state.waiting.kind);
    case "review":
      return state.step.kind !== "person";
    case "running":
    case "merged":
      return true;
    default:
      return false;
  }
}
