import { changedTasks } from "../../core/plan/changed-tasks.ts";
import type { PlanRecord, PlanState } from "../../core/plan/plan.ts";
import type { PlannedTask } from "../../core/task/task.ts";
import { formatDuration } from "../amounts.ts";
import { neutralise, neutraliseCell, neutraliseLine } from "../neutralise.ts";
import { estimatesLine } from "./estimates.ts";
import type { PlanPage } from "./page.ts";
import { fileLink, heading, howToAnswer, maxBodyLength } from "./page.ts";
import { goalLine, questionLine } from "./sections.ts";
import { describePlans } from "./words.ts";

/** Revisions listed for `/undo`. */
const shownRevisions = 10;
/** Questions and changed tasks listed: with the rest of the head they leave a third of the comment to the tasks. */
const shownQuestions = 20;
const shownChanges = 15;

/** The answer to `/view`: the plan with every task's description and acceptance, as much as fits. */
export function formatPlanDetails(page: PlanPage): string {
  const { state } = page;
  const head = [
    `### ${heading(state)}`,
    "",
    goalLine(page, 1_000),
    ...estimatesLine(state.plan),
    ...questions(state.record),
    ...amendment(state),
  ];
  const foot = ["", ...history(state.record), ...howToAnswer(page)];
  const room = maxBodyLength - 1_000 - [...head, ...foot].join("\n").length;
  return [...head, ...tasks(page, room), ...foot].join("\n");
}

/** The acceptance statements as a list. */
export function acceptanceList({ acceptance }: Pick<PlannedTask, "acceptance">): readonly string[] {
  return acceptance.map((statement) => `- ${neutraliseLine(statement, 500)}`);
}

function tasks({ state, ledgerUrl }: PlanPage, space: number): readonly string[] {
  const lines: string[] = [];
  let room = space;
  for (const task of state.plan.tasks) {
    const text = formatTask(task);
    room -= text.length + 2;
    if (room < 0) {
      return [
        ...lines,
        "",
        `From ${task.key} on it is too long for a comment: see ${fileLink(ledgerUrl, "plan.yaml")}.`,
      ];
    }
    lines.push("", text);
  }
  return lines;
}

function questions({ questions = [] }: PlanRecord): readonly string[] {
  const asked = questions.filter(({ waived }) => !waived).slice(-shownQuestions);
  return asked.length === 0 ? [] : ["", "#### Questions", "", ...asked.map((question) => questionLine(question, 200))];
}

/** With old and new of every field. */
function amendment({ plan, record, amendment }: PlanState): readonly string[] {
  if (amendment === undefined || record.status.kind !== "approved") return [];
  const lines = describePlans(plan, amendment.plan, changedTasks(plan, amendment.plan), { value: 200, title: 120 });
  const few = lines.slice(0, shownChanges).map((line) => `- ${line.slice(0, 1_000)}`);
  if (lines.length > shownChanges) few.push(`- … and ${lines.length - shownChanges} more`);
  return ["", `#### Amendment r${record.revision}, waiting for approval`, "", ...few];
}

/** What `/undo` can go back to. */
function history({ revisions }: PlanRecord): readonly string[] {
  if (revisions.length < 2) return [];
  const lines = revisions
    .slice(-shownRevisions)
    .reverse()
    .map(({ revision, by, summary }) => `- r${revision} by ${neutraliseCell(by, 60)}: ${neutraliseCell(summary, 200)}`);
  return ["<details><summary>Revisions</summary>", "", ...lines, "", "</details>", ""];
}

function formatTask(task: PlannedTask): string {
  const lines = [
    `#### ${task.key} ${neutraliseLine(task.title)}`,
    `*${facts(task)
      .map((fact) => neutraliseCell(fact))
      .join(", ")}*`,
  ];
  if (task.description !== "") lines.push("", neutralise(task.description));
  if (task.acceptance.length > 0) lines.push("", ...acceptanceList(task));
  if (task.touches.length > 0)
    lines.push("", `Touches: ${task.touches.map((path) => neutraliseCell(path)).join(", ")}`);
  return lines.join("\n");
}

function facts(task: PlannedTask): readonly string[] {
  const { estimateMinutes: estimate, timeoutMinutes: timeout } = task;
  return [
    task.specialist,
    task.phase,
    `${task.priority} priority`,
    ...(task.needs.length > 0 ? [`after ${task.needs.join(", ")}`] : []),
    ...(estimate === undefined ? [] : [`about ${formatDuration(estimate * 60_000)}`]),
    ...(timeout === undefined ? [] : [`at most ${formatDuration(timeout * 60_000)}`]),
  ];
}
