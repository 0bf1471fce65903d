import type { TaskKey } from "../task/task.ts";
import type { Explanation, Queue } from "./explain.ts";
import { explainPlan } from "./explain.ts";
import { explanationLine } from "./explanation-line.ts";
import type { Policy } from "./policy.ts";
import type { TaskProgress } from "./progress.ts";
import { progress } from "./progress.ts";
import type { Snapshot } from "./snapshot.ts";

/** The queue of one plan for `/status`: one Markdown line a task, each with its reason and what would help. Reasons may hold an agent's words: neutralise the text before it is posted. */
export function statusText(snapshot: Snapshot, policy: Policy, now: number, queue?: Queue): string {
  const tasks = progress(snapshot, policy, now);
  const explained = new Map(explainPlan({ snapshot, policy, now, queue }).map((one) => [one.key, one]));
  const done = tasks.filter(({ state }) => state === "done").length;
  const { issue, revision, status } = snapshot.state.record;
  const running = status.kind === "approved" ? status.approval.revision : revision;
  const title = `${done} of ${tasks.length} tasks are done (plan #${issue}, r${running}).`;
  return [title, "", ...tasks.map((task) => lineOf(task, explained))].join("\n");
}

function lineOf(task: TaskProgress, explained: ReadonlyMap<TaskKey, Explanation>): string {
  const explanation = explained.get(task.key);
  const where = task.issue === undefined ? "" : ` (#${task.issue})`;
  const who = task.worker === undefined ? "" : ` on ${task.worker}${task.agent ? ` by ${task.agent}` : ""}`;
  const attempt =
    task.attempt === undefined || task.attempt === 1 ? "" : `, attempt ${task.attempt} of ${task.attempts}`;
  const pull = task.pull === undefined || task.state === "done" ? "" : `, pull request #${task.pull.number}`;
  const reason = explanation === undefined ? task.line : explanationLine(explanation, new Set(explained.keys()));
  return `- **${task.key}**${where} ${task.state}${who}${attempt}${pull}${reason === "" ? "" : `: ${reason}`}`;
}
