import type { FailureKind } from "../run/run.ts";
import type { TaskKey } from "../task/task.ts";
import { countedFailures, failureAge, timeAge } from "./attempts.ts";
import type { Snapshot, TaskSnapshot } from "./snapshot.ts";

/** The plan's attempts fail one after the other, and alike: what is wrong is not the task. */
export interface Breaker {
  readonly failure: FailureKind;
  /** Milliseconds until one task may try whether it is over; 0: now. */
  readonly left: number;
}

/** So many of the newest attempts, of two tasks at least. */
const failuresInARow = 3;
const tasksAtLeast = 2;

/** Rest before the first try, doubled by each that fails too; milliseconds. */
const firstRest = 15 * 60_000;
const longestRest = 4 * 60 * 60_000;

/** These say nothing about the plan: they came from outside, or have pauses of their own. */
const ignored: ReadonlySet<FailureKind> = new Set(["stopped", "worker-lost", "lease-lost", "quota", "conflict"]);

interface Ended {
  readonly task?: TaskKey;
  /** Absent: it was published. */
  readonly kind?: FailureKind;
  /** Milliseconds since. */
  readonly age: number;
}

/** Whether the plan's circuit breaker is open: derived from what the leases say, stored nowhere. `/resume` closes it. */
export function breakerOf(snapshot: Snapshot, now: number): Breaker | undefined {
  const newestFirst = endedAttempts(snapshot, now).sort((a, b) => a.age - b.age);
  const failure = newestFirst[0]?.kind;
  if (failure === undefined) return undefined;
  const other = newestFirst.findIndex(({ kind }) => kind !== failure);
  const alike = other < 0 ? newestFirst : newestFirst.slice(0, other);
  const tasks = new Set(alike.slice(0, failuresInARow).map(({ task }) => task));
  if (alike.length < failuresInARow || tasks.size < tasksAtLeast) return undefined;
  const rest = Math.min(longestRest, firstRest * 2 ** (alike.length - failuresInARow));
  return { failure, left: Math.max(0, rest - (alike[0]?.age ?? 0)) };
}

function endedAttempts(snapshot: Snapshot, now: number): Ended[] {
  const { tasks, state, succeededAt } = snapshot;
  const { resumed, tasks: steered } = state.record.steering ?? {};
  const ended: Ended[] = succeededAt === undefined ? [] : [{ age: timeAge(succeededAt, now) }];
  for (const at of tasks) {
    const { task, lease, publication } = at;
    if (publication !== undefined) ended.push({ age: timeAge(publication.endedAt, now, lease) });
    if (isResumed(at, resumed?.at)) continue;
    for (const failure of countedFailures(at, now, steered?.[task.key]?.retried?.at)) {
      if (failure.resumed || ignored.has(failure.kind)) continue;
      ended.push({ task: task.key, kind: failure.kind, age: failureAge(failure, lease, now) });
    }
  }
  return ended;
}

/** No claim of the task knew of the plan's last `/resume`: what failed before says nothing any more, whatever any clock says. */
function isResumed({ lease }: Pick<TaskSnapshot, "lease">, resumed: string | undefined): boolean {
  return resumed !== undefined && resumed !== lease?.lease.resumed;
}
