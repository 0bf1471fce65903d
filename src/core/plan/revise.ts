import type { ActContext } from "./act.ts";
import { cut } from "./cut.ts";
import { planLimits } from "./limits.ts";
import type { PlanRecord, Revision } from "./plan.ts";
import { noUsage } from "./plan.ts";

/** A new revision's facts; who and when are the act's. */
export interface NewRevision extends Pick<Revision, "hash" | "summary" | "restores"> {
  /** The highest key ever given, as `apply` says. */
  readonly lastKey: number;
  readonly planner?: string;
}

/** The record one revision on; what the plan is (draft, approved …) stays as it is for the caller to say. */
export function revise(
  record: PlanRecord | undefined,
  { lastKey, planner, ...facts }: NewRevision,
  context: Pick<ActContext, "issue" | "by" | "at" | "comment">,
): PlanRecord {
  const revision = (record?.revision ?? 0) + 1;
  const entry = entryOf({ revision, ...facts }, context);
  return {
    ...record,
    version: 1,
    issue: context.issue,
    revision,
    revisions: [...(record?.revisions ?? []), entry].slice(-planLimits.revisions),
    status: record?.status ?? { kind: "draft" },
    planner: planner ?? record?.planner ?? "",
    lastKey,
    tasks: record?.tasks ?? {},
    usage: record?.usage ?? noUsage,
  };
}

/** The same record with all revisions above `before` as one. */
export function asOneRevision(
  record: PlanRecord,
  before: number,
  context: Pick<ActContext, "by" | "at" | "comment">,
): PlanRecord {
  const made = record.revisions.filter(({ revision }) => revision > before);
  const last = made.at(-1);
  if (last === undefined || made.length < 2) return record;
  const { hash, restores } = last;
  const summary = made.map((one) => one.summary).join("; ");
  const entry = entryOf({ revision: before + 1, hash, summary, restores }, context);
  const kept = record.revisions.filter(({ revision }) => revision <= before);
  return { ...record, revision: before + 1, revisions: [...kept, entry] };
}

function entryOf(
  { revision, hash, summary, restores }: Pick<Revision, "revision" | "hash" | "summary" | "restores">,
  { by, at, comment }: Pick<ActContext, "by" | "at" | "comment">,
): Revision {
  return {
    revision,
    hash,
    by,
    at,
    comment,
    summary: cut(summary, planLimits.summary),
    ...(restores === undefined ? {} : { restores }),
  };
}
