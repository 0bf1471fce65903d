import { expect, test } from "vitest";
import type { PullView } from "../../src/core/queue/snapshot.ts";
import type { SeenView } from "../../src/reconciler/readings.ts";
import { withClosed, withIssues, withLease, withMerge, withPull } from "../../src/reconciler/view-changes.ts";

type SeenIssue = SeenView["issues"][number];

const issue = (number: number, openBlockers: readonly number[] = []): SeenIssue => ({
  ...{ number, id: number * 10, nodeId: `I_${number}`, title: `#${number}` },
  ...{ state: "open", labels: [], openBlockers },
});
const pull: PullView = {
  ...{ number: 9, nodeId: "PR_9", url: "https://forge.test/9", state: "open", head: "a", branch: "coppice/2-x" },
  ...{ draft: false, mergeable: "yes", checks: "none", changesRequested: false },
};
const view: SeenView = {
  parent: { state: "open", nodeId: "I_1", title: "Plan" },
  issues: [issue(2), issue(3, [2, 7])],
  pulls: [],
  parents: [],
  branches: new Map([["coppice/2-x", "lease1"]]),
};

test("new issues are seen once, each with its branch, which nobody can have offered for review", () => {
  const made = [{ issue: issue(4), branch: "coppice/4-y" }];
  const seen = withIssues(view, made);
  expect(seen.issues.map(({ number }) => number)).toEqual([2, 3, 4]);
  expect(seen.branches.has("coppice/4-y")).toBe(true);
  expect(withIssues(seen, made)).toEqual(seen);
});

test("an opened pull request takes the place of an older one of its branch", () => {
  const seen = withPull({ ...view, pulls: [{ ...pull, number: 5, state: "closed" }] }, pull, "lease2");
  expect(seen.pulls).toEqual([pull]);
  expect(seen.branches.get("coppice/2-x")).toBe("lease2");
});

test("a lease that moved on is followed only from where the branch was seen", () => {
  expect(withLease(view, "coppice/2-x", { from: "lease1", to: "lease2" }).branches.get("coppice/2-x")).toBe("lease2");
  expect(withLease(view, "coppice/2-x", { from: "other", to: "lease2" })).toBe(view);
});

test("a merge closes what it is known to have closed, and that blocks nobody any more", () => {
  const seen = withMerge({ ...view, pulls: [pull] }, 9, [2]);
  expect(seen.pulls[0]?.state).toBe("merged");
  expect(seen.issues[0]).toMatchObject({ state: "closed", reason: "completed" });
  expect(seen.issues[1]?.openBlockers).toEqual([7]);
  expect(withMerge({ ...view, pulls: [pull] }, 9, []).issues).toEqual(view.issues);
  expect(withClosed(view, 3, "not_planned").issues[1]).toMatchObject({ state: "closed", reason: "not_planned" });
});
