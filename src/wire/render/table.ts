import type { Plan } from "../../core/plan/plan.ts";
import type { TaskProgress } from "../../core/queue/progress.ts";
import type { PlannedTask } from "../../core/task/task.ts";
import { neutraliseCell } from "../neutralise.ts";

/** One row a task, in the plan's order; `lineLimit` bounds each state's reason. */
export function formatTable(plan: Plan, progress: readonly TaskProgress[], lineLimit = 200): string {
  const rows = plan.tasks.map((task) =>
    row(
      task,
      progress.find(({ key }) => key === task.key),
      lineLimit,
    ),
  );
  return [
    "| Task | What | Specialist | Needs | State | Issue | Pull request |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function row(task: PlannedTask, progress: TaskProgress | undefined, lineLimit: number): string {
  const priority = task.priority === "normal" ? "" : ` (${task.priority} priority)`;
  const cells = [
    `**${task.key}**`,
    neutraliseCell(task.title) + priority,
    neutraliseCell(task.specialist),
    task.needs.join(", ") || "–",
    progress === undefined ? "planned" : stateCell(progress, lineLimit),
    progress?.issue === undefined ? "–" : `#${progress.issue}`,
    progress?.pull === undefined ? "–" : `#${progress.pull.number}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function stateCell(progress: TaskProgress, lineLimit: number): string {
  const { state, attempt, attempts, agent, worker, line } = progress;
  const who =
    agent === undefined && worker === undefined
      ? ""
      : ` by ${neutraliseCell([agent, worker].filter(Boolean).join(" on "), 80)}`;
  const count = attempt === undefined || attempt === 1 ? "" : `, attempt ${attempt} of ${attempts}`;
  const reason = line === "" || lineLimit === 0 ? "" : `: ${neutraliseCell(line, lineLimit)}`;
  return `${state}${who}${count}${reason}`;
}
