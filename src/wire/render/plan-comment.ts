import type { PlanRecord, PlanState } from "../../core/plan/plan.ts";
import type { TaskProgress } from "../../core/queue/progress.ts";
import type { PlannedTask } from "../../core/task/task.ts";
import { formatUsage } from "../amounts.ts";
import { neutralise, neutraliseCell, neutraliseLine } from "../neutralise.ts";
import { formatGraph } from "./graph.ts";
import { formatPlanMarker } from "./plan-marker.ts";
import { formatTable } from "./table.ts";

/** GitHub takes 65,536; UTF-16 units. */
export const maxBodyLength = 60_000;

export interface PlanPage {
  readonly state: PlanState;
  /** How far each task is; empty before approval. */
  readonly progress: readonly TaskProgress[];
  /** `/coppice <verb>` is the only form here. */
  readonly prefixed?: boolean;
  /** Where plan.yaml can be read on the web. */
  readonly ledgerUrl?: string;
  /** Why nothing new starts, one line. */
  readonly notice?: string;
}

/** The plan comment: the same text for the same state, at most 60,000 UTF-16 units. */
export function formatPlanComment(page: PlanPage): string {
  const { plan, hash, record } = page.state;
  const marker = formatPlanMarker({ plan: record.issue, revision: record.revision, hash });
  const head = [marker, `## ${heading(record)}`, "", `**Goal:** ${neutraliseLine(plan.goal, 1_000)}`, ""];
  if (page.notice !== undefined) head.push(`**Nothing new starts:** ${neutraliseLine(page.notice, 500)}`, "");
  const foot = ["", ...howToAnswer(page), "", footer(page)];
  const graph = [
    "",
    "<details open><summary>What waits for what</summary>",
    "",
    formatGraph(plan, page.progress),
    "",
    "</details>",
  ];
  const full = [...head, formatTable(plan, page.progress), ...graph, ...foot].join("\n");
  if (full.length <= maxBodyLength) return full;
  return [...head, formatTable(plan, page.progress, 0), ...foot].join("\n").slice(0, maxBodyLength);
}

/** The answer to `/view`: the plan with every task's description and acceptance, as much as fits. */
export function formatPlanDetails(page: PlanPage): string {
  const { plan, record } = page.state;
  const lines = [`### ${heading(record)}`, "", `**Goal:** ${neutraliseLine(plan.goal, 1_000)}`];
  let room = maxBodyLength - 2_000 - lines.join("\n").length;
  for (const task of plan.tasks) {
    const text = formatTask(task);
    room -= text.length + 2;
    if (room < 0) {
      lines.push("", `The rest is too long for a comment: see ${page.ledgerUrl ?? "plan.yaml on the ledger branch"}.`);
      break;
    }
    lines.push("", text);
  }
  return [...lines, "", ...howToAnswer(page)].join("\n");
}

function heading({ revision, status }: PlanRecord): string {
  switch (status.kind) {
    case "draft":
      return `Plan r${revision}: a draft, waiting for approval`;
    case "approved":
      return `Plan r${revision}: approved by ${neutraliseLine(status.approval.by, 60)}, in progress`;
    case "cancelled":
      return `Plan r${revision}: cancelled by ${neutraliseLine(status.by, 60)}`;
    case "done":
      return `Plan r${revision}: done`;
  }
}

function howToAnswer({ state: { record }, prefixed }: PlanPage): readonly string[] {
  const verb = (name: string): string => `\`${prefixed ? "/coppice " : "/"}${name}\``;
  switch (record.status.kind) {
    case "draft":
      return [
        `**To go on**, write ${verb(`approve r${record.revision}`)}. **To change it**: ${verb("add <title> after T1")}, ${verb("modify T2 <what>")}, ${verb("remove T3")}, or ${verb("plan <goal>")} to plan anew. ${verb("view")} shows the descriptions, ${verb("help")} everything else.`,
      ];
    case "approved":
      return [`${verb("status")} says what runs now, ${verb("help")} what else there is.`];
    case "cancelled":
      return [`${verb("plan <goal>")} begins a new plan.`];
    case "done":
      return [];
  }
}

function footer({ state: { hash, record }, ledgerUrl }: PlanPage): string {
  const file = ledgerUrl === undefined ? "`plan.yaml`" : `[plan.yaml](${ledgerUrl})`;
  const planner = neutraliseCell(record.planner, 80);
  const parts = [
    `Revision ${record.revision}`,
    `${file} \`${hash.slice(0, 12)}\``,
    `planned by ${planner}`,
    formatUsage(record.usage),
  ];
  return `<sub>${parts.join(" · ")}</sub>`;
}

function formatTask(task: PlannedTask): string {
  const facts = [
    task.specialist,
    task.phase,
    `${task.priority} priority`,
    task.needs.length > 0 ? `after ${task.needs.join(", ")}` : "",
  ];
  const lines = [
    `#### ${task.key} ${neutraliseLine(task.title)}`,
    `*${facts
      .filter(Boolean)
      .map((fact) => neutraliseCell(fact))
      .join(", ")}*`,
  ];
  if (task.description !== "") lines.push("", neutralise(task.description));
  if (task.acceptance.length > 0) lines.push("", ...acceptanceList(task));
  if (task.touches.length > 0)
    lines.push("", `Touches: ${task.touches.map((path) => neutraliseCell(path)).join(", ")}`);
  return lines.join("\n");
}

/** The acceptance statements as a list. */
export function acceptanceList({ acceptance }: Pick<PlannedTask, "acceptance">): readonly string[] {
  return acceptance.map((statement) => `- ${neutraliseLine(statement, 500)}`);
}

/** Where a file of the ledger can be read on the web, from the issue's address. */
export function ledgerFileUrl(issueUrl: string, path: string): string | undefined {
  const repository = /^(https?:\/\/.+)\/issues\/\d+/.exec(issueUrl)?.[1];
  return repository === undefined ? undefined : `${repository}/blob/coppice-ledger/${path}`;
}
