import { describe, expect, it } from "vitest";
import type { PlanRecord } from "../../../src/core/plan/plan.ts";
import type { Effect } from "../../../src/core/queue/effects.ts";
import type { Policy } from "../../../src/core/queue/policy.ts";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import { reconcile } from "../../../src/core/queue/reconcile.ts";
import type { Snapshot, TaskSnapshot } from "../../../src/core/queue/snapshot.ts";
import type { TaskKey } from "../../../src/core/task/task.ts";
import { failure, head, issueView, leaseView, now, plannedTask, pullView, runRecord, snapshotOf } from "./snapshots.ts";

const auto: Policy = { ...defaultPolicy, merge: "auto", budget: { day: { tokens: 1 } }, checksGraceSeconds: 0 };
const at = new Date(now).toISOString();
const queued = ["coppice:queued", "agent:test-engineer"];

function task(number: number, needs: readonly TaskKey[] = [], more: Partial<TaskSnapshot> = {}): TaskSnapshot {
  const issue = issueView(number + 1, { labels: queued, openBlockers: needs.map((key) => Number(key.slice(1)) + 1) });
  return { task: plannedTask(`T${number}`, needs), issue, folded: false, ...more };
}

function closed(number: number, labels: readonly string[] = []) {
  return issueView(number, { state: "closed", reason: "completed", labels });
}

function recorded(snapshot: Snapshot, change: Partial<PlanRecord>): Snapshot {
  const { state } = snapshot;
  return { ...snapshot, state: { ...state, record: { ...state.record, ...change } } };
}

const run = { run: "r", issue: 2, worker: "w", agent: "a", phase: "working", startedAt: "" } as const;
const cancelled = { kind: "cancelled", by: "ada", at } as const;
const parent = { name: "testing", number: 50, id: 50, nodeId: "n", state: "open", children: 1 } as const;
const lease = leaseView({ issue: 2, head });
const held = { oid: lease.oid, lease: lease.lease };
const lost = leaseView({ issue: 2, phase: "running", head }, { holderGone: true });
const green = {
  lease,
  folded: true,
  publication: runRecord(),
  headSeenFor: 1,
  pull: pullView(9, { checks: "passed" }),
};
const inReview = issueView(2, { labels: ["coppice:review", "agent:test-engineer"] });
const identity = (number: number) => ({ number, id: number, nodeId: `I_${number}` });

/** Plans in which nothing is wanted but what one rule wants. */
const cases: readonly (readonly [string, Snapshot, readonly Effect[]])[] = [
  [
    "a run nobody waits for is stopped",
    snapshotOf([task(1, [], { issue: closed(2), run }), task(2)]),
    [{ kind: "stop-run", task: "T1", run: "r", reason: "the task was closed" }],
  ],
  [
    "an issue the ledger does not know is written down",
    recorded(snapshotOf([task(1)]), { tasks: {} }),
    [{ kind: "record-issues", issues: [{ key: "T1", issue: identity(2) }] }],
  ],
  [
    "a phase parent the ledger does not know is written down",
    snapshotOf([task(1)], { phases: [parent] }),
    [{ kind: "record-phases", phases: [{ name: "testing", issue: { number: 50, id: 50, nodeId: "n" } }] }],
  ],
  [
    "a second issue of one task is closed",
    snapshotOf([task(1)], { strays: [77] }),
    [{ kind: "close-strays", issues: [77] }],
  ],
  [
    "issues of tasks nobody wants are closed",
    recorded(snapshotOf([task(1)]), { status: cancelled }),
    [{ kind: "close-given-up", issues: [2] }],
  ],
  [
    "phase parents of a plan nobody wants are closed",
    recorded(snapshotOf([], { phases: [parent] }), { status: cancelled, phases: { testing: parent } }),
    [{ kind: "close-phases", phases: [{ name: "testing", number: 50 }], reason: "not_planned" }],
  ],
  [
    "a changed task's issue says what was approved",
    recorded(snapshotOf([task(1)]), { catchUp: { rewrite: ["T1"], unlink: [] } }),
    [{ kind: "catch-up", catchUp: { rewrite: ["T1"], unlink: [] } }],
  ],
  [
    "tasks get issues, needs first, a few ahead",
    snapshotOf([
      { task: plannedTask("T2", ["T1"]), folded: false },
      { task: plannedTask("T1"), folded: false },
    ]),
    [
      { kind: "ensure-labels", names: queued },
      { kind: "create-task-issues", tasks: ["T1", "T2"] },
    ],
  ],
  [
    "issues say what they wait for",
    snapshotOf([task(1), task(2, ["T1"], { issue: issueView(3, { labels: queued }) })]),
    [{ kind: "add-blockers", edges: [{ blocked: identity(3), blocking: identity(2) }] }],
  ],
  [
    "published work is folded, offered for review, and only then released",
    snapshotOf([
      task(1, [], {
        lease: { ...lease, lease: { ...lease.lease, phase: "published" } },
        issue: issueView(2, { labels: ["coppice:running", "agent:test-engineer"] }),
      }),
    ]),
    [
      { kind: "fold-results", results: [{ task: "T1", epoch: 1, lease: lease.oid }] },
      { kind: "open-pull", task: "T1", issue: 2, lease: { ...held, lease: { ...held.lease, phase: "published" } } },
      { kind: "release-lease", task: "T1", lease: { ...held, lease: { ...held.lease, phase: "published" } } },
    ],
  ],
  [
    "a lease nobody will claim again is freed",
    snapshotOf([task(1, [], { issue: inReview, lease: lost, pull: pullView(9, { draft: true }) })]),
    [
      {
        ...{ kind: "release-lease", task: "T1", lease: { oid: lost.oid, lease: lost.lease } },
        failure: { kind: "worker-lost", message: "worker/run went away", at },
      },
    ],
  ],
  [
    "green pull requests are merged",
    snapshotOf([task(1, [], { ...green, issue: inReview })]),
    [{ kind: "merge-pull", task: "T1", issue: 2, pull: 9, head }],
  ],
  [
    "a merged task is closed",
    snapshotOf([task(1, [], { lease: lost, issue: inReview, pull: pullView(9, { state: "merged" }) })]),
    [{ kind: "close-task", task: "T1", issue: 2 }],
  ],
  [
    "a merged task is closed",
    snapshotOf([task(1, [], { lease, issue: inReview, pull: pullView(9, { state: "merged" }) })]),
    [{ kind: "close-task", task: "T1", issue: 2 }],
  ],
  [
    "a closed task gives back its lease and branch",
    snapshotOf([task(1, [], { lease, issue: closed(2), pull: pullView(9, { state: "merged" }) }), task(2)]),
    [{ kind: "remove-leases", leases: [{ task: "T1", held, branch: { name: "coppice/2", head } }] }],
  ],
  [
    "labels that people set are heard or put back",
    snapshotOf([task(1, [], { issue: issueView(2, { labels: [...queued, "coppice:paused"] }) })]),
    [{ kind: "heed-labels", tasks: ["T1"] }],
  ],
  [
    "labels show the state",
    snapshotOf([task(1, [], { issue: issueView(2, { labels: ["coppice:failed", "agent:test-engineer"] }) })]),
    [
      {
        kind: "change-labels",
        changes: [
          { task: "T1", issue: { number: 2, nodeId: "I_2" }, add: ["coppice:queued"], remove: ["coppice:failed"] },
        ],
      },
    ],
  ],
  [
    "a spent budget is told of once",
    snapshotOf([task(1)], { today: { tokens: 1, dollars: 0, seconds: 0 } }),
    [
      {
        ...{ kind: "tell-budget", scope: "day", key: "day 2026-01-01 1 tokens" },
        line: "today's budget of 1 token is spent: it goes on at 00:00 UTC, or raise budget.day.tokens in .github/coppice.yml",
      },
    ],
  ],
  [
    "one plan comment stays",
    snapshotOf([task(1)], { twins: [5, 6] }),
    [{ kind: "remove-twins", keep: 5, remove: [6] }],
  ],
  ["a plan whose tasks are done ends", snapshotOf([task(1, [], { issue: closed(2) })]), [{ kind: "finish-plan" }]],
];

describe("reconciling", () => {
  it.each(cases)("%s", (_, snapshot, effects) => {
    expect(reconcile(snapshot, auto, now)).toEqual(effects);
  });

  it("wants nothing of a plan that is as it should be", () => {
    const resting = leaseView({ issue: 2, failures: [failure("no-change")] });
    expect(reconcile(snapshotOf([task(1, [], { lease: resting }), task(2, ["T1"])]), auto, now)).toEqual([]);
  });
});
