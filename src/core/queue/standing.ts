import type { Standing } from "../plan/steer.ts";
import type { TaskKey } from "../task/task.ts";
import { newestEpoch } from "./attempts.ts";
import type { Policy } from "./policy.ts";
import type { Snapshot, TaskSnapshot } from "./snapshot.ts";
import type { TaskState } from "./states.ts";
import { survey } from "./task-state.ts";

export interface StandingsRequest {
  readonly snapshot: Snapshot;
  readonly policy: Policy;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether a task is being offered this moment, which no snapshot shows. */
  readonly isOffered: (issue: number) => boolean;
}

/** How each task stands for whoever steers it. */
export function standingsOf({ snapshot, policy, now, isOffered }: StandingsRequest): ReadonlyMap<TaskKey, Standing> {
  const { states } = survey(snapshot, policy, now);
  return new Map(
    snapshot.tasks.flatMap((at) => {
      const state = states.get(at.task.key);
      if (state === undefined) return [];
      const offered = at.run === undefined && at.issue !== undefined && isOffered(at.issue.number);
      return [[at.task.key, standingOf(at, state, offered)] as const];
    }),
  );
}

/** An offer claims the next epoch: to stop it is to stop that one. */
function standingOf(at: TaskSnapshot, state: TaskState, offered: boolean): Standing {
  const epoch = newestEpoch(at);
  if (offered) return { state: "running", epoch: epoch + 1 };
  if (at.run?.phase === "offered") return { state: "running", epoch };
  const isHeld =
    state.kind === "paused" || (state.kind === "review" && state.step.kind === "person" && state.step.why === "paused");
  const held = isHeld ? { held: true as const } : {};
  return { state: at.lease?.lease.phase === "published" ? "review" : stateOf[state.kind], epoch, ...held };
}

const stateOf: Readonly<Record<TaskState["kind"], Standing["state"]>> = {
  planned: "waiting",
  queued: "waiting",
  blocked: "waiting",
  paused: "waiting",
  running: "running",
  review: "review",
  merged: "done",
  done: "done",
  dropped: "dropped",
  failed: "failed",
};
