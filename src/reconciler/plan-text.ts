import type { Policy } from "../core/queue/policy.ts";
import { progress } from "../core/queue/progress.ts";
import type { Snapshot } from "../core/queue/snapshot.ts";
import { planPath } from "../wire/ledger-paths.ts";
import { formatPlanComment, ledgerFileUrl } from "../wire/render/plan-comment.ts";

export interface PlanTextRequest {
  readonly snapshot: Snapshot;
  readonly policy: Policy;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The repository's clone address: its page's address with `.git`. */
  readonly gitUrl: string;
}

/** What the plan comment should say. Tasks have no progress before approval, and none after the plan was given up. */
export function planText({ snapshot, policy, now, gitUrl }: PlanTextRequest): string {
  const { state, hold } = snapshot;
  const { kind } = state.record.status;
  const ledgerUrl = planUrl(gitUrl, state.record.issue);
  return formatPlanComment({
    state,
    progress: kind === "draft" || kind === "cancelled" ? [] : progress(snapshot, policy, now),
    prefixed: policy.commands === "prefixed",
    ...(ledgerUrl === undefined ? {} : { ledgerUrl }),
    ...(kind === "approved" && hold !== undefined ? { notice: hold } : {}),
  });
}

/** Where plan.yaml can be read on the web; the clone address is the page's with `.git`. */
export function planUrl(gitUrl: string, plan: number): string | undefined {
  return ledgerFileUrl(`${gitUrl.replace(/\.git$/, "")}/issues/${plan}`, planPath(plan));
}
