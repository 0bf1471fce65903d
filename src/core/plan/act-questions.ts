import type { Act, ActContext, Acted } from "./act.ts";
import { applyAll } from "./apply.ts";
import type { PlanCommand } from "./command.ts";
import { cut } from "./cut.ts";
import { beforeChange, openQuestions } from "./head.ts";
import { planLimits } from "./limits.ts";
import type { PlanRecord, PlanState, Question } from "./plan.ts";
import { refuse } from "./refuse.ts";

/** Answers a question, or answers it again. */
export function answer(
  { plan, record }: PlanState,
  { question: number, text }: Extract<Act, { kind: "answer" }>,
  { by, at, comment }: ActContext,
): Acted {
  const why = whyClosed(record) ?? whyNotAsked(record, number);
  if (why !== undefined) return refuse(why);
  if (text.trim() === "") return refuse(`the answer is empty; write it behind the number: /answer Q${number} …`);
  if (text.length > planLimits.answer) {
    return refuse(`the answer has ${text.length} characters; at most ${planLimits.answer} are allowed`);
  }
  const questions = record.questions?.map((one) =>
    one.number === number ? { ...one, answer: { by, at, comment, text } } : one,
  );
  return { kind: "changed", next: { plan, record: { ...record, questions } }, summary: `answered Q${number}` };
}

/** Keeps what a discussion left: its proposal takes the place of the one before; one that does not fit the plan is dropped. */
export function note(
  state: PlanState,
  { proposal, questions = [] }: Extract<Act, { kind: "note" }>,
  { at, comment, maxTasks }: ActContext,
): Acted {
  const { plan, record } = state;
  const why = whyClosed(record);
  if (why !== undefined) return refuse(why);
  const asked = ask(record, questions);
  const words = questions.length === 0 ? [] : ["asked what must be known"];
  if (proposal === undefined || !isFit(state, proposal.changes, maxTasks)) {
    return { kind: "changed", next: { plan, record: asked }, summary: words.join("; ") };
  }
  const number = (record.proposals ?? 0) + 1;
  const { revision, changes } = proposal;
  return {
    kind: "changed",
    next: {
      plan,
      record: { ...asked, proposals: number },
      proposal: { number, revision, changes, comment, at },
    },
    summary: [...words, `proposed P${number}`].join("; "),
  };
}

/** What the ledger is to hold must be readable again: of a bounded size, and changes that can be made. */
function isFit(state: PlanState, changes: readonly PlanCommand[], tasks: number): boolean {
  if (changes.length > planLimits.proposedChanges || JSON.stringify(changes).length > planLimits.text) return false;
  return applyAll(beforeChange(state), changes, { tasks }).kind === "changed";
}

/** The record with more questions: as many as may be open at once, in one line each. */
export function ask(record: PlanRecord, texts: readonly string[]): PlanRecord {
  const room = planLimits.openQuestions - openQuestions(record).length;
  const wanted = texts.map(shorten).filter(Boolean).slice(0, Math.max(0, room));
  if (wanted.length === 0) return record;
  const before = record.questions ?? [];
  const first = (before.at(-1)?.number ?? 0) + 1;
  const asked = wanted.map((text, index): Question => ({ number: first + index, text }));
  return { ...record, questions: dropSettled([...before, ...asked]) };
}

/** The record with every open question waived. */
export function waiveAll(record: PlanRecord): PlanRecord {
  const open = new Set(openQuestions(record));
  if (open.size === 0) return record;
  return { ...record, questions: record.questions?.map((one) => (open.has(one) ? { ...one, waived: true } : one)) };
}

function shorten(text: string): string {
  return cut(text.replace(/\s+/g, " ").trim(), planLimits.question);
}

/** Numbers only grow, so the oldest settled ones come first. */
function dropSettled(questions: readonly Question[]): readonly Question[] {
  const excess = questions.length - planLimits.questions;
  if (excess <= 0) return questions;
  const settled = questions.filter(({ answer, waived }) => answer !== undefined || waived !== undefined);
  const dropped = new Set(settled.slice(0, excess));
  return questions.filter((one) => !dropped.has(one));
}

function whyClosed({ status }: PlanRecord): string | undefined {
  if (status.kind === "cancelled") return "the plan was cancelled; start again with /plan";
  return status.kind === "done" ? "the plan is done; open another issue for more work" : undefined;
}

function whyNotAsked(record: PlanRecord, number: number): string | undefined {
  const question = record.questions?.find((one) => one.number === number);
  if (question?.waived) return `Q${number} was waived; it is not asked any more`;
  if (question !== undefined) return undefined;
  const open = openQuestions(record).map((one) => `Q${one.number}`);
  return `there is no Q${number}; ${open.length === 0 ? "no question is open" : `${open.join(", ")} ${open.length === 1 ? "is" : "are"} open`}`;
}
