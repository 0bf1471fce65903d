import { headOf, openQuestions } from "../../core/plan/head.ts";
import type { PlanRecord, PlanState } from "../../core/plan/plan.ts";
import { planAsSteered } from "../../core/plan/steering-change.ts";
import type { PlannedTask } from "../../core/task/task.ts";
import { formatUsage } from "../../wire/amounts.ts";
import { visibleText } from "../../wire/visible-text.ts";
import type { ReportedTask } from "../client/hub.ts";
import { isForeign } from "../client/plan.ts";
import type { Screen } from "./screen.ts";
import { wrap } from "./screen.ts";
import { formatTable } from "./table.ts";

/** The newest plan people see: what state it is in, its tasks, what is asked, who planned it. */
export function formatPlanScreen(state: PlanState, url: string, screen: Screen): string {
  const { colors, width } = screen;
  const { record } = state;
  const plan = planAsSteered(headOf(state).plan, record.steering);
  return [
    colors.bold(`Plan #${record.issue} r${record.revision}: ${standing(state)}`),
    wrap(line(plan.goal, 1_000), width),
    "",
    formatTable(
      { head: ["Task", "What", "Specialist", "After", "Time", "Priority"], rows: plan.tasks.map(taskRow), flexible: 1 },
      screen,
    ),
    "",
    ...notes(state, screen),
    colors.dim(wrap(`Planned by ${line(record.planner, 80)}, ${formatUsage(record.usage)}. ${url}`, width)),
  ].join("\n");
}

/** How far each task is. */
export function formatProgress(tasks: readonly ReportedTask[], screen: Screen): string {
  const rows = tasks.map((task) => [
    task.key,
    line(task.title, 120),
    stateWord(task, screen),
    task.issue === undefined ? "" : `#${task.issue}`,
    task.pull === undefined ? "" : `#${task.pull.number}`,
    line([task.worker, task.line].filter(Boolean).join(": "), 160),
  ]);
  const longest = (column: number) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0));
  const flexible = longest(5) > longest(1) ? 5 : 1;
  return formatTable({ head: ["Task", "What", "State", "Issue", "Pull", ""], rows, flexible }, screen);
}

/** What the plan waits for, in a few words. */
export function standing(state: PlanState): string {
  const { record, amendment } = state;
  const { status, revision } = record;
  if (isForeign(state)) return "somebody else changed it in the ledger; it must be approved again";
  if (status.kind === "approved" && amendment !== undefined) {
    return `r${status.approval.revision} is approved, this change of it waits for approval`;
  }
  const paused = status.kind === "approved" ? record.steering?.paused : undefined;
  return `${statusWords(status, revision)}${paused === undefined ? "" : `, paused by ${line(paused.by, 60)}`}`;
}

function statusWords(status: PlanRecord["status"], revision: number): string {
  switch (status.kind) {
    case "draft":
      return revision === 0 ? "empty" : "a draft, waiting for approval";
    case "approved":
      return `approved by ${line(status.approval.by, 60)}`;
    case "cancelled":
      return `cancelled by ${line(status.by, 60)}`;
    case "done":
      return "done";
  }
}

function taskRow(task: PlannedTask): readonly string[] {
  return [
    task.key,
    line(task.title, 120),
    line(task.specialist, 80),
    task.needs.join(", "),
    task.estimateMinutes === undefined ? "" : `${task.estimateMinutes} min`,
    task.priority === "normal" ? "" : task.priority,
  ];
}

function notes({ record, proposal }: PlanState, { colors, width }: Screen): readonly string[] {
  const questions = openQuestions(record).map(({ number, text }) =>
    wrap(`${colors.yellow(`Q${number}`)} ${line(text, 500)} (/coppice answer Q${number} …)`, width),
  );
  const proposed =
    proposal === undefined
      ? []
      : [
          `${colors.yellow(`P${proposal.number}`)} proposes ${count(proposal.changes.length, "change")} (/coppice accept P${proposal.number} takes it)`,
        ];
  return questions.length + proposed.length === 0 ? [] : [...questions, ...proposed, ""];
}

export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

function stateWord({ state, ready }: ReportedTask, { colors }: Screen): string {
  const word = state === "queued" && ready ? "ready" : state;
  switch (state) {
    case "done":
      return colors.green(word);
    case "failed":
    case "dropped":
      return colors.red(word);
    case "running":
      return colors.cyan(word);
    case "review":
    case "merged":
      return colors.yellow(word);
    default:
      return word;
  }
}

/** Others' words in one line. */
export function line(text: string, limit: number): string {
  const flat = visibleText(text).replace(/\s+/g, " ").trim();
  return flat.length <= limit ? flat : `${flat.slice(0, limit - 1)}…`;
}
