/** What a plan may hold. GitHub sets the fifty needs (blockers an issue). */
export const planLimits = {
  /** So many rows the plan comment shows whatever they say (docs/decisions/0012). A repository's policy may allow fewer. */
  tasks: 250,
  needs: 50,
  goal: 4_000,
  title: 120,
  description: 8_000,
  acceptance: 20,
  acceptanceLine: 500,
  specialist: 80,
  touches: 50,
  touchesPath: 300,
  /** All texts of a plan together, UTF-16 units: its YAML stays far below what the ledger's reader takes. */
  text: 200_000,
  /** All acceptance statements, touched paths and needs of a plan together. */
  lines: 5_000,
  /** A week. */
  estimateMinutes: 10_080,
  /** A day. */
  timeoutMinutes: 1_440,
  /** Revisions kept in the record, and their texts in the ledger; older ones are in the ledger branch's history. */
  revisions: 100,
  summary: 1_000,
  /** Open at once; what a planner asks beyond is dropped. */
  openQuestions: 20,
  /** Kept in the record; the oldest settled ones go first. */
  questions: 100,
  question: 500,
  answer: 2_000,
  /** Commands one proposal may hold. */
  proposedChanges: 20,
} as const;
