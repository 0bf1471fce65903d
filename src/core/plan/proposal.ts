import type { TaskKey } from "../task/task.ts";
import { readingSeconds } from "./act-approve.ts";
import { changedTasks } from "./changed-tasks.ts";
import type { PlanCommand } from "./command.ts";
import type { Plan, PlanState, Proposal } from "./plan.ts";
import type { Refused } from "./refuse.ts";
import { refuse } from "./refuse.ts";

/** How `/accept` was written; times are GitHub's. */
export interface AcceptRequest {
  readonly number?: number;
  /** When the comment was written, ISO 8601. */
  readonly at: string;
  /** Since when the thread has shown the proposal; absent: it does not. */
  readonly shownAt?: string;
}

/** The proposal meant: the one named, or bare the one that could be read for 10 seconds. */
export function proposalMeant(
  { proposal }: Pick<PlanState, "proposal">,
  { number, at, shownAt }: AcceptRequest,
): { readonly kind: "proposal"; readonly proposal: Proposal } | Refused {
  if (proposal === undefined) return refuse("nothing is proposed now; /discuss asks for a proposal");
  const latest = proposal.number;
  if (number === latest) return { kind: "proposal", proposal };
  if (number !== undefined) {
    return refuse(`P${number} is not proposed any more; read P${latest}, then write /accept p${latest}`);
  }
  const seconds = shownAt === undefined ? undefined : (Date.parse(at) - Date.parse(shownAt)) / 1000;
  if (seconds !== undefined && seconds >= readingSeconds) return { kind: "proposal", proposal };
  const when = seconds === undefined ? "was not shown" : `was shown less than ${readingSeconds} seconds`;
  return refuse(`P${latest} ${when} before your comment: read it, then write /accept p${latest}`);
}

/** Tasks a change set changes, removes, splits or waits for that are no longer as they were when it was made. */
export function staleTasks(changes: readonly PlanCommand[], made: Plan, now: Plan): readonly TaskKey[] {
  const { added, changed, removed } = changedTasks(made, now);
  const different = [...changed, ...removed, ...added];
  if (changes.some(({ kind }) => kind === "plan" || kind === "edit" || kind === "restore")) return different;
  const touched = new Set(changes.flatMap(keysOf));
  return different.filter((key) => touched.has(key));
}

function keysOf(change: PlanCommand): readonly TaskKey[] {
  switch (change.kind) {
    case "add":
      return change.task.needs;
    case "modify":
      return [change.key, ...(change.change.needs ?? [])];
    case "remove":
    case "split":
      return [change.key];
    default:
      return [];
  }
}
