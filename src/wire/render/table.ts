import type { Plan } from "../../core/plan/plan.ts";
import type { TaskProgress } from "../../core/queue/progress.ts";
import type { PlannedTask } from "../../core/task/task.ts";
import { neutraliseCell } from "../neutralise.ts";
import { listSome } from "./words.ts";

/** How much a row may say: characters before they are made neutral, which at most doubles them; needs are counted. */
export interface TableRoom {
  readonly title: number;
  readonly specialist: number;
  readonly needs: number;
  /** Of a state's reason; 0: none. */
  readonly reason: number;
}

/** One row a task, in the plan's order. */
export function formatTable(plan: Plan, progress: readonly TaskProgress[], room: TableRoom): string {
  const at = new Map(progress.map((one) => [one.key, one]));
  return [
    "| Task | What | Specialist | Needs | State | Issue | Pull request |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...plan.tasks.map((task) => row(task, at.get(task.key), room)),
  ].join("\n");
}

function row(task: PlannedTask, progress: TaskProgress | undefined, room: TableRoom): string {
  const priority = task.priority === "normal" ? "" : ` (${task.priority} priority)`;
  const cells = [
    `**${task.key}**`,
    neutraliseCell(task.title, room.title) + priority,
    neutraliseCell(task.specialist, room.specialist),
    listSome(task.needs, room.needs) || "–",
    progress === undefined ? "planned" : stateCell(progress, room),
    progress?.issue === undefined ? "–" : `#${progress.issue}`,
    progress?.pull === undefined ? "–" : `#${progress.pull.number}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function stateCell(progress: TaskProgress, room: TableRoom): string {
  const { state, attempt, attempts, agent, worker, line } = progress;
  const named = [agent, worker].filter(Boolean).join(" on ");
  const who = named === "" ? "" : ` by ${neutraliseCell(named, Math.min(80, room.specialist))}`;
  const count = attempt === undefined || attempt === 1 ? "" : `, attempt ${attempt} of ${attempts}`;
  const reason = line === "" || room.reason === 0 ? "" : `: ${neutraliseCell(line, room.reason)}`;
  return `${state}${who}${count}${reason}`;
}
