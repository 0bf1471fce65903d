import type { TaskKey } from "../task/task.ts";
import type { TaskSnapshot } from "./snapshot.ts";
import type { TaskState } from "./states.ts";

/** The states once what waits for a blocked task is blocked too, through however many others. */
export function blockBehind(
  tasks: readonly Pick<TaskSnapshot, "task">[],
  states: ReadonlyMap<TaskKey, TaskState>,
): ReadonlyMap<TaskKey, TaskState> {
  const blocked = new Set<TaskKey>();
  for (const [key, { kind }] of states) if (kind === "blocked") blocked.add(key);
  if (blocked.size === 0) return states;
  const dependents = dependentsOf(tasks);
  const answer = new Map(states);
  // A set grows while it is walked: whatever is found blocked has its own dependents visited after it.
  for (const key of blocked) {
    for (const dependent of dependents.get(key) ?? []) {
      const state = states.get(dependent);
      if (state?.kind !== "queued" || state.ready || state.waiting.kind !== "needs") continue;
      answer.set(dependent, { kind: "blocked", block: { kind: "need-blocked", keys: state.waiting.keys } });
      blocked.add(dependent);
    }
  }
  return answer;
}

function dependentsOf(tasks: readonly Pick<TaskSnapshot, "task">[]): ReadonlyMap<TaskKey, readonly TaskKey[]> {
  const dependents = new Map<TaskKey, TaskKey[]>();
  for (const { task } of tasks) {
    for (const need of task.needs) {
      const known = dependents.get(need);
      if (known === undefined) dependents.set(need, [task.key]);
      else known.push(task.key);
    }
  }
  return dependents;
}
