import type { PlanState } from "../core/plan/plan.ts";
import type { Policy } from "../core/queue/policy.ts";
import { progress } from "../core/queue/progress.ts";
import type { Snapshot } from "../core/queue/snapshot.ts";
import type { Specialist } from "../core/task/specialist.ts";
import { planPath } from "../wire/ledger-paths.ts";
import type { PlanPage } from "../wire/render/page.ts";
import { ledgerFileUrl } from "../wire/render/page.ts";
import { formatPlanComment } from "../wire/render/plan-comment.ts";
import { foreignLine } from "./approval.ts";

export interface PlanTextRequest {
  readonly snapshot: Snapshot;
  readonly policy: Policy;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The repository's clone address: its page's address with `.git`. */
  readonly gitUrl: string;
  /** Where doubts about a task's specialist are to be told. */
  readonly specialists?: readonly Specialist[] | undefined;
}

/** What the plan comment should say. Tasks have no progress before they have issues. */
export function planText({ snapshot, policy, now, gitUrl, specialists }: PlanTextRequest): string {
  const { state } = snapshot;
  const hasIssues = snapshot.tasks.some(({ issue }) => issue !== undefined);
  const isBegun = state.record.status.kind === "approved" || state.record.status.kind === "done" || hasIssues;
  const notice = noticeOf(snapshot);
  const ledgerUrl = planUrl(gitUrl, state.record.issue);
  return written({
    state,
    progress: !isBegun ? [] : progress(snapshot, policy, now),
    prefixed: policy.commands === "prefixed",
    ...(ledgerUrl === undefined ? {} : { ledgerUrl }),
    ...(notice === undefined ? {} : { notice }),
    ...(specialists === undefined || specialists.length === 0 ? {} : { specialists }),
  });
}

/** By plan as it was read: what is looked at again while nothing has moved says the same. */
const latest = new WeakMap<PlanState, { readonly page: string; readonly text: string }>();

function written(page: PlanPage): string {
  const { state, ...rest } = page;
  const said = JSON.stringify(rest);
  const known = latest.get(state);
  if (known?.page === said) return known.text;
  const text = formatPlanComment(page);
  latest.set(state, { page: said, text });
  return text;
}

/** What people must know beside the plan itself. */
function noticeOf({ state, hold, tasks }: Snapshot): string | undefined {
  switch (state.record.status.kind) {
    case "approved":
      return hold;
    case "draft":
      return state.foreign && `${foreignLine(state.foreign)}; look at it before it is approved`;
    case "cancelled":
      return leftOpen(tasks.flatMap(({ pull }) => (pull?.state === "open" ? [`#${pull.number}`] : [])));
    case "done":
      return undefined;
  }
}

/** Nothing is thrown away: what was finished before the plan was given up may still be wanted. */
function leftOpen(pulls: readonly string[]): string | undefined {
  if (pulls.length === 0) return undefined;
  return pulls.length === 1
    ? `pull request ${pulls[0]} is left open, for a person to merge or close`
    : `pull requests ${pulls.join(", ")} are left open, for people to merge or close`;
}

/** Where plan.yaml can be read on the web; the clone address is the page's with `.git`. */
function planUrl(gitUrl: string, plan: number): string | undefined {
  return ledgerFileUrl(`${gitUrl.replace(/\.git$/, "")}/issues/${plan}`, planPath(plan));
}
