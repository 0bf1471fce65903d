import { goalTitle } from "../core/plan/goal-title.ts";
import type { Outlook, PlanPreview, PreviewedEffect, PreviewedStart, RepositoryPreview } from "./preview.ts";
import { oneLine } from "./preview-words.ts";

/** A dry run for people to read: plain text without colours, no newline at its end. */
export function formatPreview(preview: RepositoryPreview): string {
  const { repository, hold, plans, broken, workers, unread = [] } = preview;
  const told = plans.filter((plan) => plan.status !== "done" || plan.effects.length > 0);
  return [
    `${repository}: ${count(told.length, "plan")}, ${workers === 0 ? "no worker is known here" : count(workers, "worker")}`,
    ...(hold === undefined ? [] : [`  Nothing new starts: ${oneLine(hold, 300)}`]),
    ...unreadLines(unread),
    ...told.flatMap((plan) => ["", ...planLines(plan)]),
    ...broken.flatMap(({ plan, problem }) => [
      "",
      `Plan #${plan} cannot be read: ${oneLine(problem, 300)}`,
      "  That would be told on its issue.",
    ]),
  ].join("\n");
}

function unreadLines(unread: NonNullable<RepositoryPreview["unread"]>): readonly string[] {
  if (unread.length === 0) return [];
  const verb = unread.length === 1 ? "is" : "are";
  return [
    `  ${count(unread.length, "comment")} not read yet ${verb} carried out first, and may change what follows:`,
    ...unread.map(
      ({ issue, author, commands }) =>
        `    #${issue} by ${oneLine(author)}: ${commands.map((text) => oneLine(text, 100)).join("; ")}`,
    ),
  ];
}

function planLines(plan: PlanPreview): readonly string[] {
  const { plan: issue, goal, status, revision, hold, onceApproved } = plan;
  const isQuiet = status !== "approved" && plan.effects.length === 0;
  return [
    `Plan #${issue}, r${revision}, ${status}: ${oneLine(goalTitle(goal), 100)}`,
    ...(hold === undefined ? [] : [`  Nothing of it starts: ${oneLine(hold, 300)}`]),
    ...(isQuiet ? ["  Nothing is to be done."] : outlookLines(plan)),
    ...(onceApproved === undefined ? [] : [`  Once somebody approves r${revision} as it is:`]),
    ...(onceApproved === undefined ? [] : outlookLines(onceApproved).map((line) => `  ${line}`)),
  ];
}

function outlookLines({ effects, starts, waiting }: Outlook): readonly string[] {
  const lines = [
    ...section("Now:", effects.filter(({ last }) => !last).flatMap(effectText)),
    ...section("When nothing else is left to do:", effects.filter(({ last }) => last).flatMap(effectText)),
    ...section("Then starts:", starts.map(startText)),
    ...section(
      "Stays as it is:",
      waiting.map(({ task, issue, state, line }) => {
        const why = line === "" ? "" : `: ${oneLine(line, 300)}`;
        return `${named(task, issue)} ${state}${why}`;
      }),
    ),
  ];
  return lines.length === 0 ? ["  Nothing is to be done."] : lines;
}

/** The rule is said once for all that it wants. */
function effectText({ lines, rule }: PreviewedEffect): readonly string[] {
  return lines.map((line, index) => (index === lines.length - 1 ? `${line} (${rule})` : line));
}

function startText({ task, title, issue, worker, agent }: PreviewedStart): string {
  const where = worker === undefined ? "a worker that is free" : oneLine(worker);
  return `${named(task, issue)} "${oneLine(title, 80)}" on ${where}${agent === undefined ? "" : ` by ${oneLine(agent, 60)}`}`;
}

function named(task: string, issue: number | undefined): string {
  return issue === undefined ? task : `${task} (#${issue})`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    ${line}`)];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
