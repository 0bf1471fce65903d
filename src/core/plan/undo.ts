import { planLimits } from "./limits.ts";
import type { PlanRecord } from "./plan.ts";
import type { Refused } from "./refuse.ts";
import { refuse } from "./refuse.ts";

/** How far back: so many steps (default 1), or to a revision by its number. */
export interface UndoRequest {
  readonly steps?: number;
  readonly revision?: number;
}

export type UndoTarget = { readonly kind: "target"; readonly revision: number } | Refused;

/** The revision whose text an undo brings back; it is itself no undo. */
export function undoTarget(record: PlanRecord, { steps = 1, revision }: UndoRequest): UndoTarget {
  const closed = whyClosed(record);
  if (closed !== undefined) return refuse(closed);
  const target = revision === undefined ? stepBack(record, steps) : named(record, revision);
  if (target.kind === "refused" || record.status.kind !== "approved") return target;
  const approved = record.status.approval.revision;
  if (target.revision >= sourceOf(record, approved)) return target;
  return refuse(
    `r${approved} is approved and what came before it is settled; /amend changes what has not been started`,
  );
}

/** The revision that first had this one's text, as far as the record knows: itself, or what it restored. */
export function sourceOf({ revisions }: Pick<PlanRecord, "revisions">, revision: number): number {
  const restored = revisions.find((one) => one.revision === revision)?.restores;
  return restored === undefined || restored >= revision ? revision : sourceOf({ revisions }, restored);
}

function whyClosed(record: PlanRecord): string | undefined {
  const { status, revision } = record;
  switch (status.kind) {
    case "draft":
      return undefined;
    case "approved":
      return sourceOf(record, revision) === sourceOf(record, status.approval.revision)
        ? `r${status.approval.revision} was approved by ${status.approval.by} and there is no amendment to undo; /amend changes what has not been started`
        : undefined;
    case "cancelled":
      return "the plan was cancelled; start again with /plan";
    case "done":
      return "the plan is done; open another issue for more work";
  }
}

function stepBack(record: PlanRecord, steps: number): UndoTarget {
  let at = sourceOf(record, record.revision);
  for (let step = 0; step < steps; step++) {
    const known = at > 1 ? kept(record, at - 1) : refuse(nothingBefore(step));
    if (known.kind === "refused") return known;
    at = known.revision;
  }
  return { kind: "target", revision: at };
}

function nothingBefore(step: number): string {
  if (step === 0) return "the plan is as it was first made; there is nothing to undo";
  return `there ${step === 1 ? "is 1 step" : `are ${step} steps`} to undo, not more`;
}

function named(record: PlanRecord, revision: number): UndoTarget {
  if (revision > record.revision || revision < 1) {
    return refuse(`there is no r${revision}; the plan is at r${record.revision}`);
  }
  const target = kept(record, revision);
  if (target.kind === "refused" || sourceOf(record, revision) !== sourceOf(record, record.revision)) return target;
  return refuse(`the plan is as r${revision} already`);
}

function kept(record: PlanRecord, revision: number): UndoTarget {
  const first = record.revisions[0]?.revision ?? record.revision;
  const source = sourceOf(record, revision);
  // An undo keeps what it brought back, also when that itself is gone.
  if (revision >= first) return { kind: "target", revision: source >= first ? source : revision };
  return refuse(`r${revision} is not kept any more; the last ${planLimits.revisions} revisions are, from r${first} on`);
}
