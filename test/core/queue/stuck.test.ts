import { describe, expect, it } from "vitest";
import type { Creating, PlanRecord } from "../../../src/core/plan/plan.ts";
import { intend, stuckKey } from "../../../src/core/queue/creating.ts";
import type { Policy } from "../../../src/core/queue/policy.ts";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import { reconcile } from "../../../src/core/queue/reconcile.ts";
import { tellStuck } from "../../../src/core/queue/rules/stuck.ts";
import type { Snapshot, TaskSnapshot } from "../../../src/core/queue/snapshot.ts";
import { survey } from "../../../src/core/queue/task-state.ts";
import type { TaskKey } from "../../../src/core/task/task.ts";
import { failure, head, issueView, leaseView, now, plannedTask, pullView, runRecord, snapshotOf } from "./snapshots.ts";

const auto: Policy = { ...defaultPolicy, merge: "auto", checksGraceSeconds: 0 };
const by = { by: "ada", at: new Date(now).toISOString() };
const run = { run: "r", issue: 3, worker: "w", agent: "a", phase: "working", startedAt: "" } as const;

function task(number: number, needs: readonly TaskKey[] = [], more: Partial<TaskSnapshot> = {}): TaskSnapshot {
  const labels = ["coppice:queued", "agent:test-engineer"];
  const openBlockers = needs.map((key) => Number(key.slice(1)) + 1);
  const issue = issueView(number + 1, { labels, openBlockers });
  return { task: plannedTask(`T${number}`, needs), issue, folded: false, ...more };
}

function failed(number: number, epoch = 3, needs: readonly TaskKey[] = []): TaskSnapshot {
  const failures = [1, 2, 3].map((ago) => failure("verify-failed", now - ago * 3_600_000));
  const issue = issueView(number + 1, { labels: ["coppice:failed", "agent:test-engineer"] });
  return task(number, needs, { issue, lease: leaseView({ issue: number + 1, task: `T${number}`, epoch, failures }) });
}

function review(more: Parameters<typeof pullView>[1] = {}): Partial<TaskSnapshot> {
  const lease = leaseView({ issue: 3, head });
  const pull = pullView(9, { checks: "passed", ...more });
  return { lease, folded: true, publication: runRecord(), headSeenFor: 1, pull };
}

function closed(reason: "completed" | "not_planned"): Partial<TaskSnapshot> {
  return { issue: issueView(3, { state: "closed", reason }) };
}

function recorded(snapshot: Snapshot, change: Partial<PlanRecord>): Snapshot {
  const { state } = snapshot;
  return { ...snapshot, state: { ...state, record: { ...state.record, ...change } } };
}

/** What is told for the first time. */
function told(snapshot: Snapshot, policy: Policy = auto): readonly string[] {
  return tellStuck(survey(snapshot, policy, now)).flatMap((one) => (one.kind === "tell-stuck" ? [one.name] : []));
}

describe("a plan with a failed task is stuck", () => {
  it.each<[string, readonly TaskSnapshot[]]>([
    ["alone", []],
    ["when the others wait for it", [task(2, ["T1"]), task(3, ["T2"])]],
    ["when the others are closed", [task(2, [], closed("completed"))]],
    ["when what another needs was given up", [task(2, [], closed("not_planned")), task(3, ["T2"])]],
    ["when another waits for people's issues", [task(2, [], { issue: issueView(3, { openBlockers: [99] }) })]],
    ["when a check of another's pull request failed", [task(2, [], review({ checks: "failed" }))]],
    ["when changes of another's pull request are wanted", [task(2, [], review({ changesRequested: true }))]],
    ["when another's pull request was closed", [task(2, [], review({ state: "closed" }))]],
    ["when no issue is made before earlier ones are done", [{ task: plannedTask("T2"), folded: false }]],
  ])("%s", (_, others) => {
    expect(told(snapshotOf([failed(1), ...others]))).toEqual(["stuck T1@3"]);
  });

  it("where pull requests are merged by people, but a check failed", () => {
    const snapshot = snapshotOf([failed(1), task(2, [], review({ checks: "failed" }))]);
    expect(told(snapshot, defaultPolicy)).toEqual(["stuck T1@3"]);
  });
});

const spent = { tokens: 9, dollars: 0, seconds: 0 };
const resting = leaseView({ issue: 3, task: "T2", failures: [failure("no-change")] });

describe("a plan with a failed task is not stuck", () => {
  it.each<[string, TaskSnapshot, Policy?]>([
    ["while another can start", task(2)],
    ["while another runs", task(2, [], { run })],
    ["while another is offered", task(2, [], { run: { ...run, phase: "offered" } })],
    ["while another rests", task(2, [], { lease: resting })],
    ["while another is published", task(2, [], { lease: leaseView({ issue: 3, phase: "published", head }) })],
    ["while another is green", task(2, [], review())],
    ["while another is checked", task(2, [], review({ checks: "pending" }))],
    ["while another is merged", task(2, [], review({ state: "merged" }))],
    ["while people are to merge what is green", task(2, [], review()), defaultPolicy],
    ["while another's budget is spent", task(2, [], { spent }), { ...auto, budget: { task: { tokens: 9 } } }],
    ["while another's pull request is only not seen", task(2, [], { lease: leaseView({ issue: 3, head }) })],
    ["while another is paused", task(2, [], { issue: issueView(3, { labels: ["coppice:paused"] }) })],
    ["while another's paused pull request waits", task(2, [], { ...review(), issue: paused(3) })],
  ])("%s", (_, other, policy) => {
    expect(told(snapshotOf([failed(1), other]), policy)).toEqual([]);
  });

  it.each<[string, (snapshot: Snapshot) => Snapshot]>([
    ["while it is held back", (snapshot) => ({ ...snapshot, hold: "held" })],
    ["once its issue is closed", (snapshot) => ({ ...snapshot, parent: { ...snapshot.parent, state: "closed" } })],
    ["while it is paused", (snapshot) => recorded(snapshot, { steering: { paused: by } })],
    ["once it is cancelled", (snapshot) => recorded(snapshot, { status: { kind: "cancelled", ...by } })],
    ["once it is tried anew", (snapshot) => recorded(snapshot, { steering: { tasks: { T1: { retried: by } } } })],
  ])("%s", (_, change) => {
    expect(told(change(snapshotOf([failed(1)])))).toEqual([]);
  });

  it("without one, whatever else waits for people", () => {
    expect(told(snapshotOf([task(1, [], { ...review({ state: "closed" }) }), task(2, ["T1"])]))).toEqual([]);
  });

  it("while an agent given by a person is parked, or attempts fail alike and one is tried again in time", () => {
    const snapshot = snapshotOf([failed(1), task(2)]);
    const parked = [{ agent: "codex", left: 1, message: "" }];
    const steering = { tasks: { T2: { agent: "codex", assigned: by } } };
    expect(told({ ...recorded(snapshot, { steering }), parked })).toEqual([]);
    const again = leaseView({ issue: 3, task: "T2", failures: [failure("verify-failed", now - 60_000)] });
    const alike = snapshotOf([failed(1), task(2, [], { lease: again })]);
    expect(survey(alike, auto, now).states.get("T2")).toMatchObject({ waiting: { kind: "breaker" } });
    expect(told(alike)).toEqual([]);
  });
});

describe("of a stuck plan", () => {
  it("is told what failed and why, and what waits for that", () => {
    const others = [task(2, ["T1"]), task(3, ["T2"]), task(4, [], { issue: issueView(5, { openBlockers: [99] }) })];
    expect(tellStuck(survey(snapshotOf([failed(1), ...others]), auto, now))).toEqual([
      {
        ...{ kind: "tell-stuck", name: "stuck T1@3", waiting: ["T2", "T3"], others: true },
        failed: [{ key: "T1", epoch: 3, issue: 2, attempts: 3, line: "verify failed: it ended in verify-failed" }],
      },
    ]);
  });

  it("is told once, and again only when another attempt has failed", () => {
    const both = snapshotOf([failed(1), failed(2, 5)]);
    expect(told(both)).toEqual(["stuck T1@3"]);
    expect(told(recorded(both, { stuckTold: { T1: 3 } }))).toEqual(["stuck T2@5"]);
    expect(told(recorded(both, { stuckTold: { T1: 3, T2: 5 } }))).toEqual([]);
    expect(told(recorded(snapshotOf([failed(1)]), { stuckTold: { T1: 3, T2: 5 } }))).toEqual([]);
    expect(told(recorded(snapshotOf([failed(1, 6)]), { stuckTold: { T1: 3 } }))).toEqual(["stuck T1@6"]);
  });

  it("nothing is told while there is something to do", () => {
    const kinds = (snapshot: Snapshot) => reconcile(snapshot, auto, now).map(({ kind }) => kind);
    expect(kinds(snapshotOf([failed(1)]))).toEqual(["tell-stuck"]);
    expect(kinds(snapshotOf([failed(1), { task: plannedTask("T2"), folded: false }]))).not.toContain("tell-stuck");
  });

  it("is not told what another hub told of meanwhile, of that attempt or of a later one", () => {
    const creating: Creating = { hub: "me", nonce: "n", at: by.at, keys: ["stuck T1@3"] };
    const mine = { keys: [stuckKey({ key: "T1", epoch: 3 })], hub: "me", nonce: "n", at: by.at, unchangedFor: 0 };
    const { record } = recorded(snapshotOf([]), { creating }).state;
    expect(intend(record, mine)).toMatchObject({ keys: ["stuck T1@3"], first: false });
    expect(intend({ ...record, stuckTold: { T1: 2, T12: 3 } }, mine)).toMatchObject({ keys: ["stuck T1@3"] });
    for (const epoch of [3, 6])
      expect(intend({ ...record, stuckTold: { T1: epoch } }, mine)).toMatchObject({ keys: [] });
  });
});

function paused(number: number) {
  return issueView(number, { labels: ["coppice:paused"] });
}
