import { applyAll } from "../../core/plan/apply.ts";
import type { PlanCommand } from "../../core/plan/command.ts";
import type { ApprovalRequest } from "../../core/plan/decide.ts";
import { approve, revise } from "../../core/plan/decide.ts";
import type { PlanState, Usage } from "../../core/plan/plan.ts";
import type { CommentView } from "../../ports/forge/comments.ts";
import type { Marks } from "../../wire/marks-yaml.ts";
import { neutraliseLine } from "../../wire/neutralise.ts";
import { formatPlan, planHash } from "../../wire/plan-yaml.ts";
import type { MarkedEdit } from "../plan-store.ts";
import { isApplied, withApplied } from "./marks.ts";

/** How a comment ended: the plan changed, it could not, or it had been dealt with already. */
export type Outcome =
  | { readonly kind: "changed"; readonly summary: string }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "already" };

/** A plan change ready to be committed, whatever the ledger has become meanwhile. */
export interface Change {
  readonly comment: CommentView;
  readonly commands: readonly PlanCommand[];
  readonly usage: Usage;
  /** Who planned, when the whole plan is new. */
  readonly planner?: string;
}

/** One comment's commands as one revision, with the comment noted as dealt with in the same commit. */
export function editPlan(change: Change, marks: Marks) {
  return (state: PlanState | undefined, stored: Marks | undefined): MarkedEdit<Outcome> => {
    const { comment, commands, usage, planner } = change;
    if (isApplied(stored, comment)) return { answer: { kind: "already" } };
    const applied = applyAll(state, commands);
    if (applied.kind === "refused") return { answer: applied };
    const { plan, summary, lastKey } = applied;
    const record = revise(state?.record, {
      issue: comment.issue,
      lastKey,
      planner,
      usage,
      hash: planHash(formatPlan(plan)),
      by: comment.author,
      at: comment.createdAt,
      comment: comment.id,
      summary: summary.slice(0, 1_000),
    });
    return {
      change: { plan, record, message: `Plan #${comment.issue} r${record.revision}: ${neutraliseLine(summary)}` },
      marks: withApplied(stored ?? marks, comment),
      answer: { kind: "changed", summary },
    };
  };
}

/** An approval, likewise. */
export function approvePlan(comment: CommentView, request: Pick<ApprovalRequest, "revision" | "shown">, marks: Marks) {
  return (state: PlanState | undefined, stored: Marks | undefined): MarkedEdit<Outcome> => {
    if (isApplied(stored, comment)) return { answer: { kind: "already" } };
    if (state === undefined) return { answer: { kind: "refused", reason: noPlan } };
    const { author: by, id, createdAt: at } = comment;
    const decision = approve(state, { ...request, by, comment: id, at });
    if (decision.kind === "refused") return { answer: decision };
    const { plan } = state;
    const message = `Plan #${comment.issue}: r${decision.record.revision} is approved by ${by}`;
    return {
      change: { plan, record: decision.record, message },
      marks: withApplied(stored ?? marks, comment),
      answer: { kind: "changed", summary: `approved r${decision.record.revision}` },
    };
  };
}

export const noPlan = "there is no plan on this issue yet; start one with /plan <goal>";
