import { neutraliseLine } from "./neutralise.ts";

export interface BudgetNote {
  /** The plan's issue number. */
  readonly plan: number;
  /** What was spent, as the ledger notes that it was told. */
  readonly key: string;
  /** Which budget, and what lets the work go on. */
  readonly line: string;
}

/** The comment that says a budget is spent; begins with a marker so that it is posted once. */
export function formatBudgetNote(note: BudgetNote): string {
  return [
    formatBudgetMarker(note),
    `**Nothing more is started:** ${neutraliseLine(note.line, 500)}. What runs goes on to its end, and what is finished is still merged.`,
  ].join("\n");
}

/** Keys are words, figures and dashes: nothing in them ends the comment. */
export function formatBudgetMarker({ plan, key }: Pick<BudgetNote, "plan" | "key">): string {
  return `<!-- coppice:plan=${plan};budget=${key} -->`;
}
