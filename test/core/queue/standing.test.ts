import { expect, test } from "vitest";
import type { Standing } from "../../../src/core/plan/steer.ts";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import type { RunView, TaskSnapshot } from "../../../src/core/queue/snapshot.ts";
import { standingsOf } from "../../../src/core/queue/standing.ts";
import { failure, issueView, leaseView, now, plannedTask, pullView, snapshotOf } from "./snapshots.ts";

const issue = issueView(2);
const run: RunView = { run: "r", issue: 2, worker: "w", agent: "script", phase: "working", startedAt: "" };
const failures = ["agent-failed", "agent-failed", "agent-failed"] as const;

test.each<[string, Standing, Partial<TaskSnapshot>]>([
  ["nobody has begun", { state: "waiting", epoch: 0 }, { issue }],
  ["that has no issue yet", { state: "waiting", epoch: 0 }, {}],
  [
    "that a label holds",
    { state: "waiting", epoch: 0, held: true },
    { issue: issueView(2, { labels: ["coppice:paused"] }) },
  ],
  [
    "that is being offered",
    { state: "running", epoch: 3 },
    { issue, lease: leaseView({ issue: 2, epoch: 2 }), run: { ...run, phase: "offered" } },
  ],
  [
    "that runs",
    { state: "running", epoch: 2 },
    { issue, lease: leaseView({ issue: 2, epoch: 2, phase: "running", holder: "w/r" }), run },
  ],
  [
    "whose claim no list shows yet",
    { state: "running", epoch: 3 },
    { issue, lease: leaseView({ issue: 2, epoch: 2 }), run },
  ],
  [
    "whose work is published",
    { state: "review", epoch: 1 },
    { issue, lease: leaseView({ issue: 2, phase: "published" }) },
  ],
  [
    "in review that a label holds",
    { state: "review", epoch: 1, held: true },
    { issue: issueView(2, { labels: ["coppice:paused"] }), lease: leaseView({ issue: 2 }), pull: pullView(3) },
  ],
  ["in review", { state: "review", epoch: 1 }, { issue, lease: leaseView({ issue: 2 }), pull: pullView(3) }],
  [
    "that failed",
    { state: "failed", epoch: 3 },
    { issue, lease: leaseView({ issue: 2, epoch: 3, failures: failures.map((kind) => failure(kind)) }) },
  ],
  ["that is done", { state: "done", epoch: 0 }, { issue: issueView(2, { state: "closed", reason: "completed" }) }],
  [
    "that was dropped",
    { state: "dropped", epoch: 0 },
    { issue: issueView(2, { state: "closed", reason: "not_planned" }) },
  ],
])("a task %s stands as %j", (_, standing, more) => {
  const snapshot = snapshotOf([{ task: plannedTask("T1"), folded: false, ...more }]);
  const found = standingsOf({ snapshot, policy: defaultPolicy, now, isOffered: () => false });
  expect(found.get("T1")).toEqual(standing);
});

test("an offer that no snapshot shows counts too", () => {
  const snapshot = snapshotOf([{ task: plannedTask("T1"), folded: false, issue }]);
  const found = standingsOf({ snapshot, policy: defaultPolicy, now, isOffered: (number) => number === 2 });
  expect(found.get("T1")).toEqual({ state: "running", epoch: 1 });
});
