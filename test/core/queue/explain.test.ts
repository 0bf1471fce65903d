import { describe, expect, it } from "vitest";
import type { Steering } from "../../../src/core/plan/steering.ts";
import type { ExplainRequest, Queue } from "../../../src/core/queue/explain.ts";
import { explainPlan } from "../../../src/core/queue/explain.ts";
import { explanationLine } from "../../../src/core/queue/explanation-line.ts";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import type { Candidate } from "../../../src/core/queue/select.ts";
import { activeTasks, readyTasks } from "../../../src/core/queue/select.ts";
import type { Snapshot, TaskSnapshot } from "../../../src/core/queue/snapshot.ts";
import { statusText } from "../../../src/core/queue/status.ts";
import { failureLine, failureWords } from "../../../src/core/run/failure-words.ts";
import { failureKinds } from "../../../src/core/run/run.ts";
import { phaseName } from "../../../src/core/task/phase-name.ts";
import type { TaskKey } from "../../../src/core/task/task.ts";
import { failure, head, issueView, leaseView, now, plannedTask, pullView, runRecord, snapshotOf } from "./snapshots.ts";

const policy = defaultPolicy;
const at = new Date(now).toISOString();

function task(number: number, needs: readonly TaskKey[] = [], more: Partial<TaskSnapshot> = {}): TaskSnapshot {
  return { task: plannedTask(`T${number}`, needs), issue: issueView(number + 1), folded: false, ...more };
}

function worker(id: string, more: Partial<Candidate> = {}): Candidate {
  return { id, connected: true, draining: false, slots: 1, free: 1, warm: false, agents: ["claude-code"], ...more };
}

function queueOf(snapshot: Snapshot, workers: readonly Candidate[], more: Partial<Queue> = {}): Queue {
  const [ready, active] = [readyTasks(snapshot, policy, now), activeTasks(snapshot, policy, now)];
  return { ready, active, workers, parked: [], policy, ...more };
}

function explain(snapshot: Snapshot, key: TaskKey, more: Partial<ExplainRequest> = {}) {
  return explainPlan({ snapshot, policy, now, ...more }).find((one) => one.key === key);
}

function steered(snapshot: Snapshot, steering: Steering): Snapshot {
  const { state } = snapshot;
  return { ...snapshot, state: { ...state, record: { ...state.record, steering } } };
}

const failed = {
  lease: leaseView({ issue: 2, failures: [1, 2, 3].map((ago) => failure("verify-failed", now - ago)) }),
};

describe("why a ready task does not run", () => {
  const snapshot = snapshotOf([task(1), task(2), task(3)]);
  const why = (key: TaskKey, workers: readonly Candidate[], more: Partial<Queue> = {}) =>
    explain(snapshot, key, { queue: queueOf(snapshot, workers, more) });

  it("is nothing: it is offered now", () => {
    expect(why("T1", [worker("a")])).toMatchObject({
      rule: "next",
      line: "it is offered now",
      place: { position: 1, of: 3 },
      help: [],
    });
  });

  it("is that others are before it, and how many", () => {
    const explanation = why("T3", [worker("a", { free: 2 }), worker("b", { connected: false })]);
    expect(explanation).toMatchObject({ rule: "place", place: { position: 3, of: 3 } });
    expect(explanation?.workers).toEqual([
      { worker: "a", why: "other tasks are before this one" },
      { worker: "b", why: "not connected" },
    ]);
  });

  it.each<readonly [string, readonly Candidate[], Partial<Queue>, string, string, string]>([
    ["no worker is there", [], {}, "no-worker", "no worker is connected", "start a worker"],
    [
      "none is connected",
      [worker("a", { connected: false })],
      {},
      "no-worker",
      "no worker is connected",
      "start a worker",
    ],
    ["all drain", [worker("a", { draining: true })], {}, "no-worker", "no worker is connected", "start a worker"],
    [
      "all are busy",
      [worker("a", { free: 0 })],
      {},
      "busy",
      "every worker is busy",
      "start another worker, or one with more slots",
    ],
    [
      "none has the agent",
      [worker("a")],
      { agent: "gemini" },
      "no-agent",
      "no worker has the agent gemini",
      "start a worker that has it, or give the task to another agent",
    ],
    [
      "all agents are parked",
      [worker("a")],
      { parked: [{ agent: "claude-code", left: 1, message: "" }] },
      "parked",
      "the quota of claude-code is spent",
      "start a worker with another agent",
    ],
    [
      "the repository has all its agents",
      [worker("a")],
      { active: [91, 92, 93].map((issue) => ({ plan: 9, issue })) },
      "max-agents",
      "3 of the repository's 3 agents are at work",
      "raise max-agents in .github/coppice.yml, as far as the operator allows",
    ],
    [
      "its plan has all its agents",
      [worker("a")],
      { active: [{ plan: 1, issue: 99 }], policy: { ...policy, maxAgentsPerPlan: 1 } },
      "max-agents-per-plan",
      "1 of its plan's 1 agents are at work",
      "raise max-agents-per-plan in .github/coppice.yml",
    ],
  ])("is that %s", (_, workers, more, rule, line, help) => {
    expect(why("T1", workers, more)).toMatchObject({ rule, line, help: [help] });
  });

  it("is that another task of a plan that failed alike tries first", () => {
    const ready = readyTasks(snapshot, policy, now).map((task) => ({ ...task, most: 1 }));
    const active = [{ plan: 1, issue: 99 }];
    expect(why("T1", [worker("a")], { ready, active })).toMatchObject({ rule: "breaker", help: [] });
  });

  it("says of each worker why not", () => {
    const workers = [
      worker("a", { draining: true }),
      worker("b", { free: 0 }),
      worker("c", { agents: ["codex"], free: 0 }),
    ];
    const parked = [{ agent: "codex", left: 1, message: "" }];
    expect(why("T1", workers, { parked })?.workers?.map((one) => one.why)).toEqual([
      "it takes nothing new",
      "all its slots are taken",
      "its agents' quota is spent",
    ]);
    expect(why("T1", [worker("a")], { agent: "gemini" })?.workers?.[0]?.why).toBe("it has no gemini, only claude-code");
  });

  it("is that it rests a moment, where it is ready and not in the queue", () => {
    expect(explain(snapshot, "T1", { queue: queueOf(snapshot, [], { ready: [] }) })).toMatchObject({ rule: "resting" });
    expect(explain(snapshot, "T1")).toMatchObject({ rule: "ready", line: "waits for a free worker" });
  });
});

describe("what a task waits for in the end", () => {
  it("is found behind the tasks it needs, with what would help there", () => {
    const snapshot = snapshotOf([task(1, [], failed), task(2), task(3, ["T1", "T2"]), task(4, ["T3"])]);
    expect(explain(snapshot, "T4")).toMatchObject({
      ...{ state: "blocked", rule: "need-blocked", line: "waits for T3, which waits for T1, T2" },
      behind: [
        { key: "T1", state: "failed", line: "verify failed: it ended in verify-failed" },
        { key: "T2", state: "queued", line: "waits for a free worker" },
      ],
      help: ["/retry T1 begins it anew, /retry T1 with <agent> with another agent"],
    });
    expect(explain(snapshot, "T3")).toMatchObject({ rule: "need-failed", help: ["/retry T1 begins T1 anew"] });
    expect(explain(snapshot, "T9")).toBeUndefined();
  });

  it("is told of a few only", () => {
    const needed = Array.from({ length: 9 }, (_, index) => task(index + 1));
    const snapshot = snapshotOf([
      ...needed,
      task(
        10,
        needed.map((one) => one.task.key),
      ),
    ]);
    expect(explain(snapshot, "T10")?.behind).toHaveLength(5);
  });

  it("is not done work", () => {
    const done = task(1, [], { issue: issueView(2, { state: "closed", reason: "completed" }) });
    expect(explain(snapshotOf([done, task(2, ["T1"]), task(3, ["T2"])]), "T3")?.behind.map(({ key }) => key)).toEqual([
      "T2",
    ]);
  });
});

describe("what would help", () => {
  const closed = issueView(2, { state: "closed", reason: "not_planned" });
  const review = { publication: runRecord(), folded: true, lease: leaseView({ issue: 2, head }) };
  const auto = { ...policy, merge: "auto" as const };

  it.each<readonly [string, Partial<TaskSnapshot>, string, string]>([
    ["failed", failed, "failed", "/retry T1 begins it anew, /retry T1 with <agent> with another agent"],
    [
      "closed as not planned",
      { issue: closed },
      "dropped",
      "open #2 again to have it done, or close it as completed when it is done",
    ],
    [
      "paused by its label",
      { issue: issueView(2, { labels: ["coppice:paused"] }) },
      "paused",
      "remove the label coppice:paused to go on",
    ],
    [
      "blocked by an issue",
      { issue: issueView(2, { openBlockers: [90] }) },
      "blockers",
      "close what blocks it, or take the dependency off #2",
    ],
    [
      "resting",
      { lease: leaseView({ issue: 2, failures: [failure("no-change")] }) },
      "back-off",
      "/retry T1 begins it anew now",
    ],
    [
      "held by a lease that cannot be read",
      { unreadableLease: "refs/coppice/leases/2" },
      "lease-unreadable",
      "run the newer Coppice that wrote it, or delete that ref when nobody works on the task",
    ],
    [
      "without its pull request",
      { lease: leaseView({ issue: 2, head, branch: "b" }) },
      "pull-unseen",
      "open a pull request of b, or close #2 as completed",
    ],
    [
      "with its pull request closed",
      { pull: pullView(9, { state: "closed" }) },
      "pull-closed",
      "open #9 again, or /retry T1 has it done anew",
    ],
    [
      "opened again after the merge",
      { pull: pullView(9, { state: "merged" }) },
      "reopened",
      "close #2; what is missing is a task of its own (/amend)",
    ],
    [
      "waiting for a review to be taken back",
      { ...review, pull: pullView(9, { changesRequested: true }) },
      "changes-requested",
      "have the review of #9 taken back, or merge or close it",
    ],
    [
      "a draft",
      { ...review, pull: pullView(9, { draft: true }) },
      "attention",
      "look at #9 and mark it ready for review, or merge it",
    ],
    [
      "red",
      { ...review, pull: pullView(9, { checks: "failed" }) },
      "check-failed",
      "run the failed check of #9 again, push what mends it, or close it",
    ],
    [
      "paused by its label",
      { ...review, issue: issueView(2, { labels: ["coppice:paused"] }), pull: pullView(9) },
      "paused",
      "/resume T1 lets it be merged",
    ],
    [
      "pushed to by somebody",
      { ...review, pull: pullView(9, { head: "b".repeat(40) }) },
      "other-head",
      "merge #9, or close it",
    ],
  ])("a task that is %s", (_, more, rule, help) => {
    expect(explain(snapshotOf([task(1, [], more)]), "T1", { policy: auto })).toMatchObject({ rule, help: [help] });
  });

  it.each<readonly [string, Partial<TaskSnapshot>]>([
    ["runs", { lease: leaseView({ issue: 2, phase: "running" }) }],
    ["is done", { issue: issueView(2, { state: "closed", reason: "completed" }) }],
    ["is about to be merged", { ...review, pull: pullView(9, { checks: "passed" }) }],
    ["has checks running", { ...review, pull: pullView(9, { checks: "pending" }) }],
    ["was merged", { pull: pullView(9, { state: "merged" }), lease: leaseView({ issue: 2 }) }],
    ["is being offered", { run: { run: "r", issue: 2, worker: "w", agent: "", phase: "offered", startedAt: "" } }],
  ])("is nothing where a task %s", (_, more) => {
    expect(explain(snapshotOf([task(1, [], more)]), "T1", { policy: auto })?.help).toEqual([]);
  });

  const plain = snapshotOf([task(1)]);
  const { state } = plain;
  const withStatus = (kind: "draft" | "cancelled"): Snapshot => {
    const status = kind === "draft" ? { kind } : { kind, by: "ada", at };
    return { ...plain, state: { ...state, record: { ...state.record, status } } };
  };
  const amended = {
    ...plain,
    state: {
      ...state,
      record: { ...state.record, revision: 2 },
      amendment: { plan: { goal: "", tasks: [] }, hash: "" },
    },
  };
  const spent = { ...plain, today: { tokens: 9, dollars: 0, seconds: 0 } };
  const limited = { ...policy, budget: { day: { tokens: 1 } } };
  const alike = [failure("internal", now - 9), failure("internal", now - 8)];
  const tripped = snapshotOf([
    task(1),
    ...[2, 3].map((number) => task(number, [], { lease: leaseView({ issue: number + 1, failures: alike }) })),
  ]);
  const uncreated = { ...plain, tasks: [{ task: plannedTask("T1"), folded: false }] };

  it.each<readonly [string, Snapshot, string, string | undefined]>([
    ["a draft", withStatus("draft"), "draft", "/approve r1 lets it begin"],
    ["cancelled", withStatus("cancelled"), "cancelled", "/plan plans it anew"],
    ["of a closed issue", { ...plain, parent: { state: "closed", nodeId: "" } }, "plan-closed", "open #1 again"],
    [
      "held back",
      { ...plain, hold: "the configuration is wrong" },
      "hold",
      "mend what it names; then it goes on by itself",
    ],
    ["paused", steered(plain, { paused: { by: "ada", at } }), "plan-paused", "/resume lets it go on"],
    ["amended", amended, "amendment", "/approve r2 takes the amendment, /undo drops it"],
    ["out of money for today", spent, "budget", "raise budget.day.tokens in .github/coppice.yml"],
    ["failing alike", tripped, "breaker", "mend what the attempts met, then /resume starts all tasks again"],
    [
      "whose task was given to a parked agent",
      { ...steered(plain, { tasks: { T1: { agent: "codex" } } }), parked: [{ agent: "codex", left: 1, message: "" }] },
      "parked",
      "/retry T1 with <agent> gives it to another agent",
    ],
    ["whose task is missing", uncreated, "missing", "put #2 back under #1 as a sub-issue"],
    [
      "with 100 sub-issues",
      {
        ...uncreated,
        state: { ...state, record: { ...state.record, tasks: {} } },
        parent: { state: "open", nodeId: "", children: 100 },
      },
      "no-room",
      "plan what is left on another issue",
    ],
    [
      "about to make the issue",
      { ...uncreated, state: { ...state, record: { ...state.record, tasks: {} } } },
      "create-ahead",
      undefined,
    ],
    [
      "with a task paused by command",
      steered(plain, { tasks: { T1: { paused: { by: "ada", at } } } }),
      "paused",
      "/resume T1 lets it go on",
    ],
    [
      "with a task stopped",
      steered(plain, { tasks: { T1: { paused: { by: "ada", at }, stopped: { by: "ada", at, epoch: 1 } } } }),
      "paused",
      "/resume T1 or /retry T1 lets it go on",
    ],
  ])("a plan that is %s", (_, snapshot, rule, help) => {
    const explanation = explain(snapshot, "T1", { policy: rule === "budget" ? limited : policy });
    expect(explanation?.rule).toBe(rule);
    expect(explanation?.help[0]).toBe(help);
  });

  it("writes commands as the repository wants them", () => {
    const prefixed = { ...policy, commands: "prefixed" as const };
    expect(explain(snapshotOf([task(1, [], failed)]), "T1", { policy: prefixed })?.help[0]).toContain(
      "/coppice retry T1",
    );
  });

  it("names the issue of a dropped need, and of a phase parent nobody sees", () => {
    const dropped = snapshotOf([task(1, [], { issue: closed }), task(2, ["T1"])]);
    expect(explain(dropped, "T2")).toMatchObject({
      rule: "need-dropped",
      help: [expect.stringContaining("open #2 again to have T1 done")],
    });
    const record = {
      ...state.record,
      tasks: {},
      phases: { [phaseName({ phase: "implementation", index: 1 })]: { number: 50, id: 50, nodeId: "n" } },
    };
    const unseen = { ...uncreated, state: { ...state, record }, phases: [] };
    expect(explain(unseen, "T1")).toMatchObject({ rule: "no-parent", help: ["put #50 back under #1 as a sub-issue"] });
  });
});

describe("a reason", () => {
  const paused = { paused: { by: "ada", at }, stopped: { by: "ada", at, epoch: 1 } };
  const lease = leaseView({ issue: 2, failures: [failure("internal", now - 9_000)] });
  const alike = [1, 2, 3].map((number) =>
    task(number, [], { lease: leaseView({ issue: number + 1, failures: [failure("internal", now - 180_000)] }) }),
  );

  it.each<readonly [string, Snapshot, string, string]>([
    ["a pause", steered(snapshotOf([task(1)]), { tasks: { T1: paused } }), "stopped by ada", "/resume T1 or /retry T1"],
    [
      "a paused review",
      snapshotOf([task(1, [], { issue: issueView(2, { labels: ["coppice:paused"] }), pull: pullView(9) })]),
      "paused",
      "/resume T1 lets it be merged",
    ],
    [
      "a paused plan",
      steered(snapshotOf([task(1)]), { paused: { by: "ada", at } }),
      "the plan is paused by ada",
      "/resume",
    ],
    [
      "a rest",
      snapshotOf([task(1, [], { lease })]),
      "tried again in 51 s: something outside the task failed: it ended in internal",
      "/retry T1",
    ],
    [
      "attempts that end alike",
      snapshotOf(alike),
      "the plan's newest attempts all ended alike (something outside the task failed): one is tried again in 12 min",
      "mend what the attempts met",
    ],
    [
      "a parked agent",
      {
        ...steered(snapshotOf([task(1)]), { tasks: { T1: { agent: "codex" } } }),
        parked: [{ agent: "codex", left: 7_500_000, message: "" }],
      },
      "the quota of codex is spent: the provider is asked again in 2 h 5 min",
      "/retry T1 with <agent>",
    ],
  ])("of %s says how long, and leaves what would help to the help", (_, snapshot, line, help) => {
    expect(explain(snapshot, "T1")).toMatchObject({ line, help: [expect.stringContaining(help)] });
  });
});

describe("one line for each", () => {
  const snapshot = snapshotOf([task(1, [], failed), task(2, ["T1"]), task(3, ["T2"]), task(4), task(5, ["T3", "T4"])]);
  const queue = queueOf(snapshot, [worker("a", { free: 0 })]);

  it("says the reason, what is behind it and what would help, nothing of it twice", () => {
    const lines = explainPlan({ snapshot, policy, now, queue }).map((one) => explanationLine(one));
    expect(lines.slice(0, 4)).toEqual([
      "verify failed: it ended in verify-failed; /retry T1 begins it anew, /retry T1 with <agent> with another agent",
      "T1 failed: verify failed: it ended in verify-failed; /retry T1 begins T1 anew",
      "waits for T2, which waits for T1; T1 failed: verify failed: it ended in verify-failed; /retry T1 begins it anew, /retry T1 with <agent> with another agent",
      "every worker is busy (place 1 of 1); a: all its slots are taken; start another worker, or one with more slots",
    ]);
  });

  it("leaves to the tasks before it what these say of themselves in the same answer", () => {
    expect(statusText(snapshot, policy, now, queue).split("\n")).toEqual([
      "0 of 5 tasks are done (plan #1, r1).",
      "",
      "- **T1** (#2) failed, attempt 3 of 3: verify failed: it ended in verify-failed; /retry T1 begins it anew, /retry T1 with <agent> with another agent",
      "- **T2** (#3) blocked: T1 failed",
      "- **T3** (#4) blocked: waits for T2, which waits for T1",
      "- **T4** (#5) queued: every worker is busy (place 1 of 1); a: all its slots are taken; start another worker, or one with more slots",
      "- **T5** (#6) blocked: waits for T3, T4, in the end for T1",
    ]);
  });

  it("says it for tasks that are not in the answer", () => {
    const dropped = snapshotOf([
      task(1, [], { issue: issueView(2, { state: "closed", reason: "not_planned" }) }),
      task(2, ["T1"]),
    ]);
    const second = explain(dropped, "T2");
    expect(second && explanationLine(second, new Set(["T2"]))).toBe(
      "T1 dropped: closed, but not as completed: what needs it cannot start; open #2 again to have T1 done, or close it as completed when it is done",
    );
  });
});

describe("a task is blocked", () => {
  const states = (tasks: readonly TaskSnapshot[]) =>
    explainPlan({ snapshot: snapshotOf(tasks), policy, now }).map(({ state }) => state);

  it("by everything blocked that it waits for, through others and whatever the order", () => {
    expect(states([task(4, ["T3", "T5"]), task(3, ["T2"]), task(2, ["T1"]), task(1, [], failed), task(5)])).toEqual([
      ...["blocked", "blocked", "blocked"],
      ...["failed", "queued"],
    ]);
    const closed = task(1, [], { pull: pullView(9, { state: "closed" }) });
    expect(states([closed, task(2, ["T1"])])).toEqual(["blocked", "blocked"]);
  });

  it("not by what is at work on what failed before it, nor where a person holds it back", () => {
    const run = { run: "r", issue: 3, worker: "w", agent: "a", phase: "working", startedAt: "" } as const;
    expect(states([task(1, [], failed), task(2, ["T1"], { run }), task(3, ["T2"])])).toEqual([
      ...["failed", "running", "queued"],
    ]);
    const paused = issueView(4, { labels: ["coppice:paused"] });
    expect(states([task(1, [], failed), task(2, ["T1"]), task(3, ["T2"], { issue: paused }), task(4, ["T3"])])).toEqual(
      [...["failed", "blocked", "paused", "queued"]],
    );
  });

  it("once where needs go in a circle", () => {
    const closed = { pull: pullView(9, { state: "closed" as const }) };
    expect(states([task(1, ["T2"], closed), task(2, ["T1"])])).toEqual(["blocked", "blocked"]);
  });
});

describe("a failure in words", () => {
  it("says its kind only where its message does not, and never by its code", () => {
    expect(failureLine({ kind: "agent-failed", message: "the command ended with exit code 1" })).toBe(
      "the agent failed: the command ended with exit code 1",
    );
    expect(failureLine({ kind: "no-change", message: "the agent changed no file" })).toBe("the agent changed no file");
    for (const kind of failureKinds) expect(failureLine({ kind, message: kind })).toBe(failureWords[kind]);
  });
});
