import type { IssueView, PullView } from "../core/queue/snapshot.ts";
import type { Oid } from "../core/repository.ts";
import type { PlanView } from "../ports/forge/plan-views.ts";
import type { SeenView } from "./readings.ts";

type SeenIssue = PlanView["issues"][number];

/** Issues of ours that were just made, each with the branch its work will be on: nobody can have offered that for review yet. */
export function withIssues(
  view: SeenView,
  made: readonly { readonly issue: SeenIssue; readonly branch: string }[],
): SeenView {
  const known = new Set(view.issues.map(({ number }) => number));
  const fresh = made.filter(({ issue }) => !known.has(issue.number));
  const branches = new Map([...view.branches, ...fresh.map(({ branch }) => [branch, undefined] as const)]);
  return { ...view, issues: [...view.issues, ...fresh.map(({ issue }) => issue)], branches };
}

/** A pull request as the forge showed it when it was opened, at the lease commit that published its head. */
export function withPull(view: SeenView, pull: PullView, lease: Oid): SeenView {
  const others = view.pulls.filter(({ branch }) => branch !== pull.branch);
  return { ...view, pulls: [...others, pull], branches: new Map([...view.branches, [pull.branch, lease]]) };
}

/** A lease moved on without a push to its branch. */
export function withLease(view: SeenView, branch: string, moved: { readonly from: Oid; readonly to: Oid }): SeenView {
  if (view.branches.get(branch) !== moved.from) return view;
  return { ...view, branches: new Map([...view.branches, [branch, moved.to]]) };
}

/** A pull request is merged; the issues that are known to be closed by it are. */
export function withMerge(view: SeenView, number: number, closed: readonly number[]): SeenView {
  const pulls = view.pulls.map((pull) => (pull.number === number ? { ...pull, state: "merged" as const } : pull));
  return closed.reduce<SeenView>((seen, issue) => withClosed(seen, issue, "completed"), { ...view, pulls });
}

/** What is closed blocks nobody. */
export function withClosed(view: SeenView, number: number, reason: IssueView["reason"]): SeenView {
  const issues = view.issues.map((issue): SeenIssue => {
    if (issue.number === number) return { ...issue, state: "closed", reason };
    if (!issue.openBlockers.includes(number)) return issue;
    return { ...issue, openBlockers: issue.openBlockers.filter((blocker) => blocker !== number) };
  });
  return { ...view, issues };
}
