import type { PlanState } from "../../core/plan/plan.ts";
import { findPlanMarker } from "../../wire/render/plan-marker.ts";
import type { InboxOptions } from "./options.ts";

/** The revision the thread shows, from our own plan comment, and since when by GitHub's clock. */
export async function shownPlan(
  { comments, botLogin }: InboxOptions["forge"],
  { record }: PlanState,
): Promise<{ readonly revision: number; readonly at: string } | undefined> {
  const recorded = record.comment === undefined ? undefined : await comments.get(record.comment);
  const candidates = recorded === undefined ? await comments.ofIssue(record.issue) : [recorded];
  const own = candidates.filter(
    ({ author, body }) => author === botLogin && findPlanMarker(body)?.plan === record.issue,
  );
  const comment = own.at(-1);
  const marker = findPlanMarker(comment?.body ?? "");
  return comment === undefined || marker === undefined
    ? undefined
    : { revision: marker.revision, at: comment.updatedAt };
}
