import type { Plan } from "../../core/plan/plan.ts";
import type { TaskProgress } from "../../core/queue/progress.ts";
import type { PlannedTask } from "../../core/task/task.ts";
import { formatDuration } from "../amounts.ts";
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

/** What is to be judged: one row a task, in the plan's order. */
export function formatDraftTable({ tasks }: Plan, room: TableRoom): string {
  const estimate = ({ estimateMinutes: minutes }: PlannedTask) =>
    minutes === undefined ? "–" : formatDuration(Math.round(minutes) * 60_000);
  return [
    "| Task | What | Specialist | Needs | Estimate |",
    "| --- | --- | --- | --- | --- |",
    ...tasks.map((task) => row([...plannedCells(task, room), estimate(task)])),
  ].join("\n");
}

/** How far it is: one row a task, in the plan's order. */
export function formatTable({ tasks }: Plan, progress: readonly TaskProgress[], room: TableRoom): string {
  const at = new Map(progress.map((one) => [one.key, one]));
  return [
    "| Task | What | Specialist | Needs | State | Issue | Pull request |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...tasks.map((task) => row([...plannedCells(task, room), ...progressCells(at.get(task.key), room)])),
  ].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** What a plan says of its tasks stays while they are worked on, and the table is written anew at every step. */
const written = new WeakMap<TableRoom, WeakMap<PlannedTask, readonly string[]>>();

function plannedCells(task: PlannedTask, room: TableRoom): readonly string[] {
  const known = written.get(room) ?? new WeakMap<PlannedTask, readonly string[]>();
  written.set(room, known);
  const cells = known.get(task) ?? composePlanned(task, room);
  known.set(task, cells);
  return cells;
}

function composePlanned(task: PlannedTask, room: TableRoom): readonly string[] {
  const priority = task.priority === "normal" ? "" : ` (${task.priority} priority)`;
  return [
    `**${task.key}**`,
    neutraliseCell(task.title, room.title) + priority,
    neutraliseCell(task.specialist, room.specialist),
    listSome(task.needs, room.needs) || "–",
  ];
}

function progressCells(progress: TaskProgress | undefined, room: TableRoom): readonly string[] {
  if (progress === undefined) return ["planned", "–", "–"];
  const issue = progress.issue === undefined ? "–" : `#${progress.issue}`;
  const pull = progress.pull === undefined ? "–" : `#${progress.pull.number}`;
  return [stateCell(progress, room), issue, pull];
}

function stateCell(progress: TaskProgress, room: TableRoom): string {
  const { state, attempt, attempts, agent, worker, line } = progress;
  const named = [agent, worker].filter(Boolean).join(" on ");
  const who = named === "" ? "" : ` by ${neutraliseCell(named, Math.min(80, room.specialist))}`;
  const count = attempt === undefined || attempt === 1 ? "" : `, attempt ${attempt} of ${attempts}`;
  const reason = line === "" || room.reason === 0 ? "" : `: ${neutraliseCell(line, room.reason)}`;
  return `${state}${who}${count}${reason}`;
}
