import { goalTitle } from "../core/plan/goal-title.ts";
import type { PlanState, Usage } from "../core/plan/plan.ts";
import { noUsage } from "../core/plan/plan.ts";
import { addUsage } from "../core/plan/usage.ts";
import type { TaskProgress } from "../core/queue/progress.ts";
import { formatDuration, formatUsage } from "./amounts.ts";
import { neutraliseCell, neutraliseLine } from "./neutralise.ts";
import { maxBodyLength } from "./render/page.ts";

export interface PlanSummary {
  readonly state: PlanState;
  readonly progress: readonly TaskProgress[];
  /** What the tasks' runs used, planning aside. */
  readonly usage?: Usage;
  /** From approval to the last merge, milliseconds. */
  readonly took?: number;
}

/** The comment that ends a plan; begins with a marker so that it is posted once. */
export function formatPlanSummary({ state, progress, usage, took }: PlanSummary): string {
  const { plan, record } = state;
  const done = progress.filter((task) => task.state === "done" || task.state === "merged").length;
  // Of 250 rows each has room for 220 characters; making them neutral doubles a title at most.
  const title = plan.tasks.length > 100 ? 80 : 200;
  const rows = plan.tasks.map((task) => {
    const at = progress.find(({ key }) => key === task.key);
    const pull = at?.pull === undefined ? "–" : `#${at.pull.number}`;
    const issue = at?.issue === undefined ? "–" : `#${at.issue}`;
    return `| **${task.key}** | ${neutraliseCell(task.title, title)} | ${at?.state ?? "planned"} | ${issue} | ${pull} |`;
  });
  const spent = formatUsage(addUsage(record.usage, usage ?? noUsage));
  const time = took === undefined ? "" : ` It took ${formatDuration(took)} from approval to the last merge.`;
  return [
    formatSummaryMarker(record.issue),
    `## Done: ${neutraliseLine(goalTitle(plan.goal), 300)}`,
    "",
    `${done} of ${plan.tasks.length} tasks are done.${time} Spent: ${spent}.`,
    "",
    "| Task | What | State | Issue | Pull request |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ]
    .join("\n")
    .slice(0, maxBodyLength);
}

export function formatSummaryMarker(plan: number): string {
  return `<!-- coppice:summary=${plan} -->`;
}
