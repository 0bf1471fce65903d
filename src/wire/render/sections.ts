import { changedTasks } from "../../core/plan/changed-tasks.ts";
import { headOf, openQuestions } from "../../core/plan/head.ts";
import { overlaps } from "../../core/plan/overlaps.ts";
import type { Question } from "../../core/plan/plan.ts";
import { neutraliseCell, neutraliseLine } from "../neutralise.ts";
import type { PlanPage } from "./page.ts";
import { fileLink, sayCommand } from "./page.ts";
import { describePlans, listSome, summariseCommands } from "./words.ts";

/** How much a section may say. */
export interface SectionRoom {
  /** Lines of a list. */
  readonly lines: number;
  /** UTF-16 units of each text in a line. */
  readonly words: number;
  /** UTF-16 units of an old or new value; 0: changed fields are only named. */
  readonly value: number;
}

/** What must be answered before approval; nothing once all is settled. */
export function questionsSection({ state }: PlanPage, room: SectionRoom): readonly string[] {
  const { record } = state;
  if (isClosed(state.record.status.kind) || openQuestions(record).length === 0) return [];
  const asked = record.questions?.filter(({ waived }) => !waived) ?? [];
  const lines = asked.map((question) => questionLine(question, room.words));
  return ["### To be answered first", "", ...atMost(lines.slice(-room.lines), lines.length), ""];
}

/** `- [x] **Q1** text *answer* (ada)` */
export function questionLine({ number, text, answer, waived }: Question, limit: number): string {
  const question = `**Q${number}** ${neutraliseCell(text, limit)}`;
  if (answer !== undefined) {
    return `- [x] ${question} *${neutraliseCell(answer.text, limit)}* (${neutraliseCell(answer.by, 60)})`;
  }
  return waived ? `- [x] ${question} (waived)` : `- [ ] ${question}`;
}

/** What the amendment that waits would add, change and remove. */
export function amendmentSection({ state, ledgerUrl }: PlanPage, room: SectionRoom): readonly string[] {
  const { plan, amendment, record } = state;
  if (amendment === undefined || record.status.kind !== "approved") return [];
  const difference = changedTasks(plan, amendment.plan);
  const detail = { value: room.value, title: room.words };
  const lines = describePlans(plan, amendment.plan, difference, detail).map((line) => `- ${line}`);
  const by = record.revisions.at(-1)?.by;
  return [
    `### Amendment r${record.revision}${by === undefined ? "" : ` by ${neutraliseCell(by, 60)}`} waits for approval`,
    "",
    ...(lines.length === 0 ? ["- puts the tasks in another order"] : atMost(lines.slice(0, room.lines), lines.length)),
    "",
    `Until then the tasks it changes or removes do not start. The whole of it is in ${fileLink(ledgerUrl, "amendment.yaml")} \`${amendment.hash.slice(0, 12)}\`.`,
    "",
  ];
}

/** That a proposal waits. */
export function proposalSection({ state, prefixed }: PlanPage): readonly string[] {
  const { proposal, record } = state;
  if (proposal === undefined || isClosed(record.status.kind)) return [];
  const accept = sayCommand(`accept p${proposal.number}`, prefixed);
  return [`**Proposal P${proposal.number}** ${summariseCommands(proposal.changes)}: ${accept} takes it.`, ""];
}

/** Tasks that might get into each other's way, while that can still be changed. */
export function overlapsSection({ state, prefixed }: PlanPage, room: SectionRoom): readonly string[] {
  const amending = state.amendment !== undefined;
  if (isClosed(state.record.status.kind) || (state.record.status.kind === "approved" && !amending)) return [];
  const { plan } = headOf(state);
  const found = overlaps(plan);
  const most = Math.min(5, room.lines);
  const lines = found.slice(0, most).map(({ one, other, paths }) => {
    const needs = plan.tasks.find(({ key }) => key === other)?.needs ?? [];
    const order = `${amending ? "amend " : ""}modify ${other} after ${[...needs, one].join(",")}`;
    const touched = listSome(paths.slice(0, 3).map((path) => neutraliseCell(path, Math.min(80, room.words))));
    const more = paths.length > 3 ? ` and ${paths.length - 3} more` : "";
    const advice = needs.length > 5 ? "" : `: ${sayCommand(order, prefixed)} puts them in order`;
    return `- ${one} and ${other} both touch ${touched}${more} and may run side by side${advice}`;
  });
  return lines.length === 0 ? [] : ["", ...atMost(lines, found.length)];
}

/** The goal of a plan, one line. */
export function goalLine({ state }: PlanPage, limit: number): string {
  return `**Goal:** ${neutraliseLine(state.plan.goal, limit)}`;
}

function isClosed(status: PlanPage["state"]["record"]["status"]["kind"]): boolean {
  return status === "cancelled" || status === "done";
}

function atMost(shown: readonly string[], all: number): readonly string[] {
  return shown.length < all ? [...shown, `- … and ${all - shown.length} more`] : shown;
}
