import type { PlanState } from "../plan/plan.ts";
import type { TaskKey } from "../task/task.ts";
import { commandText } from "./command-text.ts";
import { pausedLabel } from "./labels.ts";
import type { Policy } from "./policy.ts";
import type { TaskSnapshot } from "./snapshot.ts";

/** `by`: whoever wrote the command; without one its label says so. `stopped`: what ran was ended, too. */
export interface Paused {
  readonly kind: "paused";
  readonly by?: string;
  readonly stopped?: true;
}

type Subject = Pick<TaskSnapshot, "task" | "issue">;

/** Whether a person holds the task back. While it is not clear who set the label, it holds: that is the safe side. */
export function pauseOf({ task, issue }: Subject, { record }: Pick<PlanState, "record">): Paused | undefined {
  const { paused, stopped } = record.steering?.tasks?.[task.key] ?? {};
  if (paused !== undefined)
    return { kind: "paused", by: paused.by, ...(stopped === undefined ? {} : { stopped: true }) };
  return issue?.labels.includes(pausedLabel) ? { kind: "paused" } : undefined;
}

/** Why the task's pull request may not be merged though it is green, as one line. */
export function taskHold(
  at: Subject,
  state: Pick<PlanState, "record">,
  policy: Pick<Policy, "commands">,
): string | undefined {
  const pause = pauseOf(at, state);
  return pause === undefined ? undefined : pausedLine(pause, at.task.key, policy);
}

/** Who paused it, and what lets it go on. */
function pausedLine(pause: Paused, key: TaskKey, policy: Partial<Pick<Policy, "commands">>): string {
  return `${pausedBy(pause)}: ${pauseHelp(pause, key, policy)}`;
}

/** Who paused it, and nothing more. */
export function pausedBy({ by, stopped }: Paused): string {
  if (by === undefined) return "paused";
  return `${stopped ? "stopped" : "paused"} by ${by}`;
}

/** What lets it go on. */
export function pauseHelp({ by, stopped }: Paused, key: TaskKey, policy: Partial<Pick<Policy, "commands">>): string {
  if (by === undefined) return "remove the label coppice:paused to go on";
  const resume = commandText(`resume ${key}`, policy);
  return `${stopped ? `${resume} or ${commandText(`retry ${key}`, policy)}` : resume} lets it go on`;
}
