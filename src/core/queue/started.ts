import type { TaskKey } from "../task/task.ts";
import type { Snapshot, TaskSnapshot } from "./snapshot.ts";

/** Tasks of the plan that somebody has begun, or ended without beginning: an amendment leaves them alone. */
export function startedTasks(snapshot: Snapshot): readonly TaskKey[] {
  return snapshot.tasks.filter(isStarted).map(({ task }) => task.key);
}

function isStarted({ issue, lease, run, pull }: TaskSnapshot): boolean {
  return issue?.state === "closed" || (lease?.lease.epoch ?? 0) >= 1 || run !== undefined || pull !== undefined;
}
