import type { PlanState } from "../../core/plan/plan.ts";
import { findPlanMarker } from "../../wire/render/plan-marker.ts";
import type { InboxOptions } from "./options.ts";

/** What the plan comment shows, and since when by GitHub's clock. */
export interface ShownPlan {
  readonly revision: number;
  readonly hash: string;
  readonly at: string;
}

/** The revision the thread shows, from our own plan comment; undefined where there is none. */
export async function shownPlan(
  { comments, botLogin }: InboxOptions["forge"],
  { record }: PlanState,
): Promise<ShownPlan | undefined> {
  const recorded = record.comment === undefined ? undefined : await comments.get(record.comment);
  const candidates = recorded === undefined ? await comments.ofIssue(record.issue) : [recorded];
  const own = candidates.filter(
    ({ author, body }) => author === botLogin && findPlanMarker(body)?.plan === record.issue,
  );
  const comment = own.at(-1);
  const marker = findPlanMarker(comment?.body ?? "");
  if (comment === undefined || marker === undefined) return undefined;
  return { revision: marker.revision, hash: marker.hash, at: comment.updatedAt };
}
