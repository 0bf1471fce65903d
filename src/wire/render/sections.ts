import { changedTasks } from "../../core/plan/changed-tasks.ts";
import { headOf, openQuestions } from "../../core/plan/head.ts";
import type { Overlap } from "../../core/plan/overlaps.ts";
import { overlaps } from "../../core/plan/overlaps.ts";
import type { Plan, PlanState, Question } from "../../core/plan/plan.ts";
import { specialistDoubt } from "../../core/task/specialist.ts";
import { neutraliseCell, neutraliseLine } from "../neutralise.ts";
import type { PlanPage } from "./page.ts";
import { fileLink, sayCommand } from "./page.ts";
import { describePlans, summariseCommands } from "./words.ts";

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
  if (!canChange(state)) return [];
  const { plan } = headOf(state);
  const { first, count } = overlapsOf(plan);
  const lines = first.slice(0, room.lines).map(({ one, other, paths }) => {
    const needs = plan.tasks.find(({ key }) => key === other)?.needs ?? [];
    const order = sayCommand(`${amend(state)}modify ${other} after ${[...needs, one].join(",")}`, prefixed);
    const touched = paths.slice(0, 3).map((path) => neutraliseCell(path, Math.min(80, room.words)));
    const more = paths.length > 3 ? ` and ${paths.length - 3} more` : "";
    const advice = needs.length > 5 ? "" : `: ${order} puts them in order`;
    return `- ${one} and ${other} both touch ${touched.join(", ")}${more} and may run side by side${advice}`;
  });
  return lines.length === 0 ? [] : ["", ...atMost(lines, count)];
}

interface FoundOverlaps {
  readonly first: readonly Overlap[];
  readonly count: number;
}

const found = new WeakMap<Plan, FoundOverlaps>();

/** Looked for once a plan: large ones have 31,000 pairs, and a comment asks for every room it tries. */
function overlapsOf(plan: Plan): FoundOverlaps {
  const known = found.get(plan);
  if (known !== undefined) return known;
  const all = overlaps(plan);
  const some = { first: all.slice(0, mostHints), count: all.length };
  found.set(plan, some);
  return some;
}

/** Tasks that somebody else may know better, while that can still be changed; nothing where nobody is known. */
export function doubtsSection({ state, prefixed, specialists }: PlanPage, room: SectionRoom): readonly string[] {
  if (specialists === undefined || !canChange(state)) return [];
  const lines = headOf(state).plan.tasks.flatMap((task) => {
    const better = specialistDoubt(task, specialists);
    if (better === undefined) return [];
    const assign = sayCommand(`${amend(state)}assign ${task.key} ${better}`, prefixed);
    const name = neutraliseCell(task.specialist, Math.min(80, room.words));
    return [`- ${task.key} is given to ${name}; ${neutraliseCell(better)} may know it better: ${assign}`];
  });
  return lines.length === 0 ? [] : ["", ...atMost(lines.slice(0, Math.min(mostHints, room.lines)), lines.length)];
}

/** Hints of one kind in a comment. */
const mostHints = 5;

function canChange({ record, amendment }: PlanState): boolean {
  return record.status.kind === "draft" || (record.status.kind === "approved" && amendment !== undefined);
}

/** Stands before a change of a plan that is approved. */
function amend({ record }: PlanState): string {
  return record.status.kind === "approved" ? "amend " : "";
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
