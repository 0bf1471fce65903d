import { planLimits } from "./limits.ts";
import type { PlanRecord, PlanState, Revision, Usage } from "./plan.ts";
import { noUsage } from "./plan.ts";
import { addUsage } from "./usage.ts";

/** A bare `/approve` must be this much younger than what it approves, seconds: time to have read it. */
export const readingSeconds = 10;

/** A changed record, or why not. */
export type Decision =
  | { readonly kind: "changed"; readonly record: PlanRecord }
  | { readonly kind: "refused"; readonly reason: string };

/** A new revision's facts; `usage` is what planning it cost. */
export interface NewRevision extends Omit<Revision, "revision"> {
  readonly issue: number;
  /** The highest key ever given, as `apply` says. */
  readonly lastKey: number;
  readonly planner?: string;
  readonly usage?: Usage;
}

/** The record after a change of the plan: a draft, one revision on. */
export function revise(record: PlanRecord | undefined, change: NewRevision): PlanRecord {
  const { issue, lastKey, planner, usage, ...facts } = change;
  const revision = (record?.revision ?? 0) + 1;
  return {
    ...record,
    version: 1,
    issue,
    revision,
    revisions: [...(record?.revisions ?? []), { revision, ...facts }].slice(-planLimits.revisions),
    status: { kind: "draft" },
    planner: planner ?? record?.planner ?? "",
    lastKey,
    tasks: record?.tasks ?? {},
    usage: addUsage(record?.usage ?? noUsage, usage ?? noUsage),
  };
}

/** An approval as it was written; `shown` is the revision the plan comment showed and when GitHub says it was put there. */
export interface ApprovalRequest {
  readonly revision?: number;
  readonly by: string;
  readonly comment: number;
  readonly at: string;
  readonly shown?: { readonly revision: number; readonly at: string };
}

/** Approves exactly what was read: the named revision, or bare what the plan comment has shown for 10 seconds. */
export function approve(state: Pick<PlanState, "hash" | "record">, request: ApprovalRequest): Decision {
  const { record, hash } = state;
  const reason = whyNotOpen(record) ?? whyNotExact(record.revision, request);
  if (reason !== undefined) return { kind: "refused", reason };
  const { by, comment, at } = request;
  const approval = { revision: record.revision, hash, by, comment, at };
  return { kind: "changed", record: { ...record, status: { kind: "approved", approval } } };
}

/** Gives a plan up; what is finished stays finished. */
export function cancel(record: PlanRecord, { by, at }: { by: string; at: string }): Decision {
  if (record.status.kind === "cancelled")
    return { kind: "refused", reason: `the plan was already cancelled by ${record.status.by}` };
  if (record.status.kind === "done") return { kind: "refused", reason: "the plan is done; there is nothing to cancel" };
  return { kind: "changed", record: { ...record, status: { kind: "cancelled", by, at } } };
}

function whyNotOpen({ status, revision }: PlanRecord): string | undefined {
  switch (status.kind) {
    case "draft":
      return undefined;
    case "approved":
      return `r${revision} was already approved by ${status.approval.by}; nothing to do`;
    case "cancelled":
      return "the plan was cancelled; start again with /plan";
    case "done":
      return "the plan is done; there is nothing to approve";
  }
}

function whyNotExact(current: number, { revision, shown, at }: ApprovalRequest): string | undefined {
  if (revision === current) return undefined;
  if (revision !== undefined)
    return `r${revision} is not the plan any more, it is at r${current}: read it, then write /approve r${current}`;
  if (shown === undefined || shown.revision !== current) {
    const seen = shown === undefined ? "no revision" : `r${shown.revision}`;
    return `the thread showed ${seen} when you wrote, and the plan is at r${current}: read it, then write /approve r${current}`;
  }
  const seconds = (Date.parse(at) - Date.parse(shown.at)) / 1000;
  if (seconds >= readingSeconds) return undefined;
  const before = current > 1 ? `r${current - 1}` : "an empty thread";
  return `r${current} was shown less than ${readingSeconds} seconds before your comment, so you may have read ${before}: write /approve r${current}`;
}
