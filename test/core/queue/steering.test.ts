import { describe, expect, it } from "vitest";
import type { Steering, TaskSteering } from "../../../src/core/plan/steering.ts";
import { attemptsUsed, countedFailures, newestEpoch, nextLease } from "../../../src/core/queue/attempts.ts";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import { progress } from "../../../src/core/queue/progress.ts";
import { reconcile } from "../../../src/core/queue/reconcile.ts";
import { readyTasks } from "../../../src/core/queue/select.ts";
import type { Snapshot, TaskSnapshot } from "../../../src/core/queue/snapshot.ts";
import { failure, head, issueView, leaseView, now, plannedTask, pullView, runRecord, snapshotOf } from "./snapshots.ts";

const at = new Date(now - 60_000).toISOString();
const ada = { by: "ada", at };
const labels = ["coppice:queued", "agent:test-engineer"];
const task: TaskSnapshot = { task: plannedTask("T1"), issue: issueView(2, { labels }), folded: false };
const running = {
  lease: leaseView({ issue: 2, phase: "running", epoch: 3, holder: "w/r" }),
  run: { run: "r", issue: 2, worker: "w", agent: "codex", phase: "working", startedAt: "" },
} as const;

function steered(tasks: readonly TaskSnapshot[], steering: Steering, more: Partial<Snapshot> = {}): Snapshot {
  const plan = snapshotOf(tasks, more);
  return { ...plan, state: { ...plan.state, record: { ...plan.state.record, steering } } };
}

function one(of: Partial<TaskSnapshot>, steering: TaskSteering, policy = defaultPolicy) {
  const snapshot = steered([{ ...task, ...of }], { tasks: { T1: steering } });
  return {
    ready: readyTasks(snapshot, policy, now),
    shown: progress(snapshot, policy, now)[0],
    effects: reconcile(snapshot, policy, now),
  };
}

describe("a paused plan", () => {
  const green: TaskSnapshot = {
    ...{ ...task, task: plannedTask("T2"), issue: issueView(3, { labels: ["coppice:review", "agent:test-engineer"] }) },
    ...{ folded: true, publication: runRecord(), lease: leaseView({ issue: 3, head }) },
    ...{ pull: pullView(9, { checks: "passed" }), headSeenFor: 60_000 },
  };
  const uncreated: TaskSnapshot = { task: plannedTask("T3"), folded: false };
  const auto = { ...defaultPolicy, merge: "auto" as const };

  it("starts nothing, merges nothing and creates nothing, and says who paused it and how it goes on", () => {
    const tasks = [task, green, uncreated];
    const kinds = (snapshot: Snapshot) => reconcile(snapshot, auto, now).map(({ kind }) => kind);
    expect(kinds(steered(tasks, {}))).toEqual(expect.arrayContaining(["merge-pull", "create-task-issues"]));
    const paused = steered(tasks, { paused: ada });
    expect(kinds(paused)).toEqual([]);
    expect(readyTasks(paused, auto, now)).toEqual([]);
    const line = "the plan is paused by ada: /resume lets it go on";
    expect(progress(paused, auto, now).map((shown) => shown.line)).toEqual([line, line, line]);
    const prefixed = progress(paused, { ...auto, commands: "prefixed" }, now)[0];
    expect(prefixed?.line).toContain("/coppice resume lets it go on");
  });

  it("lets what runs go on to its end, and be published", () => {
    expect(reconcile(steered([{ ...task, ...running }], { paused: ada }), auto, now)).not.toContainEqual(
      expect.objectContaining({ kind: "stop-run" }),
    );
    const published = { ...task, lease: leaseView({ issue: 2, phase: "published", head }) };
    const kinds = reconcile(steered([published], { paused: ada }), auto, now).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(["fold-results", "open-pull", "release-lease"]));
  });
});

describe("a paused task", () => {
  it("is not started while the record or its label says so", () => {
    expect(one({}, { paused: ada })).toMatchObject({
      ready: [],
      shown: { state: "paused", line: "paused by ada: /resume T1 lets it go on" },
    });
    const labelled = one({ issue: issueView(2, { labels: [...labels, "coppice:paused"] }) }, {});
    expect(labelled).toMatchObject({ ready: [], shown: { line: "paused: remove the label coppice:paused to go on" } });
  });

  it("runs on when it ran", () => {
    expect(one(running, { paused: ada })).toMatchObject({ shown: { state: "running" } });
    expect(one(running, { paused: ada }).effects.map(({ kind }) => kind)).not.toContain("stop-run");
  });
});

describe("a green pull request of a paused task", () => {
  const review = ["coppice:review", "agent:test-engineer"];
  const green = {
    ...{ issue: issueView(2, { labels: review }), folded: true, publication: runRecord() },
    ...{ lease: leaseView({ issue: 2, head }), pull: pullView(9, { checks: "passed" }), headSeenFor: 60_000 },
  } as const;
  const auto = { ...defaultPolicy, merge: "auto" as const };
  const merges = (of: Partial<TaskSnapshot>, steering: TaskSteering) =>
    one(of, steering, auto).effects.filter(({ kind }) => kind === "merge-pull").length;

  it.each<[string, Partial<TaskSnapshot>, TaskSteering, string]>([
    ["/pause", {}, { paused: ada }, "paused by ada: /resume T1 lets it go on"],
    [
      "/stop",
      {},
      { paused: ada, stopped: { ...ada, epoch: 1 } },
      "stopped by ada: /resume T1 or /retry T1 lets it go on",
    ],
    [
      "its label",
      { issue: issueView(2, { labels: [...review, "coppice:paused"] }) },
      {},
      "paused: remove the label coppice:paused to go on",
    ],
  ])("is not merged after %s, and says what lets it go on", (_, of, steering, line) => {
    expect(merges(green, {})).toBe(1);
    expect(merges({ ...green, ...of }, steering)).toBe(0);
    expect(one({ ...green, ...of }, steering, auto).shown).toMatchObject({ state: "review", line });
  });
});

describe("a stopped task", () => {
  const stop = { paused: ada, stopped: { ...ada, epoch: 3 } };
  const stops = (of: Partial<TaskSnapshot>, steering: TaskSteering) =>
    one(of, steering).effects.filter(({ kind }) => kind === "stop-run");

  it("has its run ended, and later ones not", () => {
    expect(stops(running, stop)).toEqual([{ kind: "stop-run", task: "T1", run: "r", reason: "stopped by ada" }]);
    expect(stops(running, { stopped: { ...ada, epoch: 2 } })).toEqual([]);
  });

  it("has a run ended that was only offered when it was stopped", () => {
    const offered = { lease: leaseView({ issue: 2, epoch: 2 }), run: { ...running.run, phase: "offered" } } as const;
    expect(newestEpoch(offered)).toBe(3);
    expect(newestEpoch({ run: offered.run, earlierEpoch: 2 })).toBe(3);
    expect(stops(offered, stop)).toHaveLength(1);
    expect(stops(offered, { paused: ada, stopped: { ...ada, epoch: 2 } })).toEqual([]);
  });

  it("waits for a person, and its lost worker can publish no more", () => {
    expect(one({}, stop).shown?.line).toBe("stopped by ada: /resume T1 or /retry T1 lets it go on");
    const lost = { lease: leaseView({ issue: 2, phase: "running", epoch: 3 }, { holderGone: true }) };
    expect(one(lost, stop).effects).toContainEqual(
      expect.objectContaining({ kind: "release-lease", failure: expect.objectContaining({ kind: "worker-lost" }) }),
    );
  });
});

describe("a task that is tried anew", () => {
  const failures = [
    failure("verify-failed", now - 3_000),
    failure("verify-failed", now - 2_000),
    failure("no-change", now),
  ];
  const failed = { lease: leaseView({ issue: 2, epoch: 3, failures }) };
  const retried = { retried: ada };

  it("has all its attempts again, at once, whatever the clocks of its workers say", () => {
    expect(one(failed, {}).shown).toMatchObject({ state: "failed" });
    for (const off of [-86_400_000, 0, 86_400_000]) {
      const lease = leaseView({ issue: 2, failures: failures.map(({ kind }) => failure(kind, now + off)) });
      expect(one({ lease }, retried).ready).toHaveLength(1);
    }
  });

  it("counts from its next claim on, and knows what was before", () => {
    const claim = { plan: 1, issue: 2, holder: "w/r", nonce: "n", policy: defaultPolicy, now, retried: at };
    const lease = nextLease({ ...claim, task: { ...task, ...failed } });
    expect(lease).toMatchObject({
      epoch: 4,
      retried: { at },
      failures: [{ forgiven: true }, { forgiven: true }, { forgiven: true }],
    });
    const after = {
      ...task,
      lease: leaseView({ ...lease, phase: "free", failures: [...lease.failures, failure("no-change")] }),
    };
    expect(attemptsUsed(countedFailures(after, now, at))).toBe(1);
    expect(one(after, retried).shown).toMatchObject({
      state: "queued",
      attempt: 2,
      line: expect.stringContaining("no-change"),
    });
    const next = nextLease({ ...claim, task: after });
    expect(next.retried).toEqual({ at });
    expect(next.failures.map(({ forgiven }) => forgiven)).toEqual([true, true, true, undefined]);
    expect(
      one(
        { lease: leaseView({ ...next, failures: next.failures }) },
        { retried: { ...ada, at: new Date(now).toISOString() } },
      ).ready,
    ).toEqual([]);
  });

  it("is done anew although its pull request was closed, until that of the new work is closed too", () => {
    const closed = { ...failed, pull: pullView(9, { state: "closed", head }) };
    expect(one({ ...closed, lease: leaseView({ issue: 2, head }) }, {}).shown).toMatchObject({ state: "blocked" });
    expect(one({ ...closed, lease: leaseView({ issue: 2, head }) }, retried).ready).toHaveLength(1);
    const begun = leaseView({ issue: 2, head, retried: { at, head } });
    expect(one({ ...closed, lease: begun }, retried).ready).toHaveLength(1);
    const other = { ...closed, pull: pullView(10, { state: "closed", head: "b".repeat(40) }), lease: begun };
    expect(one(other, retried).shown).toMatchObject({ state: "blocked" });
  });
});

describe("priority, specialist and agent that people gave", () => {
  it("are the ready task's instead of the plan's", () => {
    const [ready] = one({}, { priority: "high", specialist: "docs-writer", agent: "codex" }).ready;
    expect(ready).toMatchObject({ task: { priority: "high", specialist: "docs-writer" }, agent: "codex", by: "ada" });
    expect(ready?.at.task.priority).toBe("normal");
  });

  it("keep a task waiting while that agent is parked", () => {
    const parked = [{ agent: "codex", left: 5_000, message: "spent" }];
    const snapshot = steered([task], { tasks: { T1: { agent: "codex" } } }, { parked });
    expect(readyTasks(snapshot, defaultPolicy, now)).toEqual([]);
    expect(progress(snapshot, defaultPolicy, now)[0]).toMatchObject({
      moves: true,
      line: expect.stringContaining("quota of codex"),
    });
    expect(readyTasks(steered([task], {}, { parked }), defaultPolicy, now)).toHaveLength(1);
  });
});
