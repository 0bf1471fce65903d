import { headOf } from "../../core/plan/head.ts";
import type { PlanState } from "../../core/plan/plan.ts";
import { planAsSteered } from "../../core/plan/steering-change.ts";
import { formatUsage } from "../amounts.ts";
import { neutraliseCell, neutraliseLine } from "../neutralise.ts";
import { estimatesLine } from "./estimates.ts";
import { formatGraph } from "./graph.ts";
import type { PlanPage } from "./page.ts";
import { fileLink, heading, howToAnswer, maxBodyLength, sayWhen } from "./page.ts";
import { formatPlanMarker } from "./plan-marker.ts";
import type { SectionRoom } from "./sections.ts";
import {
  amendmentSection,
  doubtsSection,
  goalLine,
  overlapsSection,
  proposalSection,
  questionsSection,
} from "./sections.ts";
import { steeringSection } from "./steering.ts";
import type { TableRoom } from "./table.ts";
import { formatDraftTable, formatTable } from "./table.ts";

export type { PlanPage } from "./page.ts";
export { acceptanceList, formatPlanDetails } from "./plan-details.ts";

/** The plan comment: the same text for the same state, at most 60,000 UTF-16 units; what has no room is linked. */
export function formatPlanComment(page: PlanPage): string {
  let text = "";
  for (const room of rooms) {
    text = compose(page, room);
    if (text.length <= maxBodyLength) return text;
  }
  return text.slice(0, maxBodyLength);
}

interface Room extends SectionRoom, TableRoom {
  readonly goal: number;
  readonly graph: boolean;
}

/** From everything to the table alone, which always fits: a hundred rows of at most 400, or 250 of at most 220. */
const rooms: readonly Room[] = [
  { goal: 1_000, graph: true, lines: 100, words: 300, value: 120, title: 200, specialist: 200, needs: 50, reason: 200 },
  { goal: 1_000, graph: false, lines: 100, words: 200, value: 0, title: 200, specialist: 80, needs: 50, reason: 200 },
  { goal: 500, graph: false, lines: 30, words: 120, value: 0, title: 120, specialist: 40, needs: 20, reason: 0 },
  { goal: 200, graph: false, lines: 15, words: 60, value: 0, title: 60, specialist: 24, needs: 4, reason: 0 },
  { goal: 200, graph: false, lines: 5, words: 40, value: 0, title: 24, specialist: 10, needs: 2, reason: 0 },
];

function compose(page: PlanPage, room: Room): string {
  const { state, progress, notice } = page;
  const { hash } = headOf(state);
  const { record } = state;
  const plan = planAsSteered(state.plan, record.steering);
  const lines = [
    formatPlanMarker({ plan: record.issue, revision: record.revision, hash }),
    `## ${heading(state)}`,
    "",
    goalLine(page, room.goal),
    "",
  ];
  if (notice !== undefined) lines.push(`${noticeLabel(state)} ${neutraliseLine(notice, 500)}`, "");
  lines.push(...steeringSection(page, room));
  lines.push(...questionsSection(page, room), ...amendmentSection(page, room), ...proposalSection(page));
  lines.push(record.status.kind === "draft" ? formatDraftTable(plan, room) : formatTable(plan, progress, room));
  if (room !== rooms[0])
    lines.push(
      "",
      `Too long for a comment: the graph and more is left out. All of it is in ${fileLink(page.ledgerUrl, "plan.yaml")}.`,
    );
  lines.push(...estimatesLine(plan), ...overlapsSection(page, room), ...doubtsSection(page, room));
  if (room.graph && plan.tasks.some(({ needs }) => needs.length > 0)) lines.push(...graph(page));
  return [...lines, "", ...howToAnswer(page), "", footer(page)].join("\n");
}

/** Only of an approved plan does anything start. */
function noticeLabel({ record }: PlanState): string {
  return record.status.kind === "approved" ? "**Nothing new starts:**" : "**Note:**";
}

function graph({ state, progress }: PlanPage): readonly string[] {
  return [
    "",
    "<details open><summary>What waits for what</summary>",
    "",
    formatGraph(state.plan, progress),
    "",
    "</details>",
  ];
}

function footer({ state, ledgerUrl }: PlanPage): string {
  const { hash, record } = state;
  const parts = [
    `Revision ${record.revision}`,
    `${fileLink(ledgerUrl, "plan.yaml")} \`${hash.slice(0, 12)}\``,
    ...approvalFact(state, ledgerUrl),
    `planned by ${neutraliseCell(record.planner, 80)}`,
    formatUsage(record.usage),
  ];
  return `<sub>${parts.join(" · ")}</sub>`;
}

/** Who approved which revision, when and where. */
function approvalFact({ record: { status, issue } }: PlanState, ledgerUrl: string | undefined): readonly string[] {
  if (status.kind !== "approved" && status.kind !== "done") return [];
  const { revision, by, at, comment } = status.approval;
  const when = sayWhen(at);
  const repository = /^(https?:\/\/.+)\/blob\//.exec(ledgerUrl ?? "")?.[1];
  const date = repository === undefined ? when : `[${when}](${repository}/issues/${issue}#issuecomment-${comment})`;
  return [`r${revision} approved by ${neutraliseCell(by, 60)} on ${date}`];
}
