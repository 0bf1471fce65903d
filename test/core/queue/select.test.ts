import { describe, expect, it } from "vitest";
import type { Candidate, ReadyTask, Selection } from "../../../src/core/queue/select.ts";
import { promotionMilliseconds, select, urgentFirst } from "../../../src/core/queue/select.ts";
import type { Priority } from "../../../src/core/task/task.ts";
import { plannedTask } from "./snapshots.ts";

function ready(plan: number, issue: number, priority: Priority = "normal", readyFor = 0): ReadyTask {
  const task = { ...plannedTask(`T${issue}`), priority };
  return { plan, issue, task, at: { task, folded: false }, readyFor };
}

function worker(id: string, more: Partial<Candidate> = {}): Candidate {
  return { id, connected: true, draining: false, slots: 10, free: 10, warm: false, ...more };
}

function order(selection: Partial<Selection>): readonly number[] {
  const all = { ready: [], workers: [worker("w")], active: [], policy: { maxAgents: 10 }, ...selection };
  return select(all).map(({ task }) => task.issue);
}

describe("the order of tasks", () => {
  it("is priority, then issue number", () => {
    const tasks = [ready(1, 5), ready(1, 4, "low"), ready(1, 3, "high"), ready(1, 2)];
    expect(order({ ready: tasks })).toEqual([3, 2, 5, 4]);
  });

  it("puts what has waited longer first among equals, and lets waiting overcome priority in the end", () => {
    expect(order({ ready: [ready(1, 2, "normal", 10), ready(1, 3, "normal", 20)] })).toEqual([3, 2]);
    const fresh = ready(1, 2, "high");
    expect(order({ ready: [fresh, ready(1, 3, "low", 2 * promotionMilliseconds - 1)] })).toEqual([2, 3]);
    expect(order({ ready: [fresh, ready(1, 3, "low", 2 * promotionMilliseconds)] })).toEqual([3, 2]);
  });

  it("takes turns between plans, counting what they have running", () => {
    const tasks = [ready(1, 2), ready(1, 3), ready(1, 4), ready(9, 10), ready(9, 11)];
    expect(order({ ready: tasks })).toEqual([2, 10, 3, 11, 4]);
    expect(order({ ready: tasks, active: [{ plan: 1, issue: 99 }] })).toEqual([10, 2, 11, 3, 4]);
  });

  it("stops at the repository's number of agents, those at work included", () => {
    const tasks = [ready(1, 2), ready(1, 3), ready(1, 4)];
    expect(order({ ready: tasks, active: [{ plan: 1, issue: 99 }], policy: { maxAgents: 3 } })).toEqual([2, 3]);
  });
});

describe("fairness and limits", () => {
  it("takes turns between people before plans, counting what they have running", () => {
    const by = (person: string, task: ReadyTask): ReadyTask => ({ ...task, by: person });
    const tasks = [by("ada", ready(1, 2)), by("ada", ready(5, 6)), by("bob", ready(9, 10)), by("bob", ready(9, 11))];
    expect(order({ ready: tasks })).toEqual([2, 10, 6, 11]);
    expect(order({ ready: tasks, active: [{ plan: 1, issue: 99, by: "ada" }] })).toEqual([10, 6, 11, 2]);
    expect(order({ ready: [by("ada", ready(1, 2)), by("bob", ready(9, 10, "low"))] })).toEqual([2, 10]);
  });

  it("stops at each plan's number of agents, and lets other plans go on", () => {
    const tasks = [ready(1, 2), ready(1, 3), ready(1, 4), ready(9, 10)];
    expect(order({ ready: tasks, policy: { maxAgents: 10, maxAgentsPerPlan: 2 } })).toEqual([2, 10, 3]);
    const active = [
      { plan: 1, issue: 98 },
      { plan: 1, issue: 98 },
      { plan: 1, issue: 99 },
    ];
    expect(order({ ready: tasks, active, policy: { maxAgents: 10, maxAgentsPerPlan: 2 } })).toEqual([10]);
    expect(order({ ready: tasks.map((task) => ({ ...task, most: 1 })) })).toEqual([2, 10]);
  });

  it("chooses nothing that somebody works on already", () => {
    expect(order({ ready: [ready(1, 2), ready(1, 3)], active: [{ plan: 1, issue: 2 }] })).toEqual([3]);
  });

  it("chooses a task once, though it is named twice", () => {
    expect(order({ ready: [ready(1, 2), ready(1, 2)] })).toEqual([2]);
  });

  it("finds the most urgent of many, whatever their order", () => {
    const many = Array.from({ length: 200 }, (_, index) =>
      ready(1, 2 + ((index * 73) % 200), "normal", (index * 31) % 7),
    );
    const sorted = [...many].sort((a, b) => b.readyFor - a.readyFor || a.issue - b.issue).map(({ issue }) => issue);
    expect(order({ ready: many })).toEqual(sorted.slice(0, 10));
    expect(urgentFirst(many, []).map(({ issue }) => issue)).toEqual(sorted);
  });
});

describe("the agent to ask for", () => {
  const claude = worker("a", { agents: ["claude-code", "codex"] });
  const codex = worker("b", { agents: ["codex"] });
  const parked = (...names: readonly string[]) => new Set(names);

  it.each<readonly [string, Partial<ReadyTask>, Partial<Selection>, readonly [string, string | undefined] | undefined]>(
    [
      ["is the worker's own choice", {}, {}, ["a", undefined]],
      ["is the operator's, where the worker has it", {}, { agent: "codex" }, ["a", "codex"]],
      ["is nobody's where no worker has the operator's", {}, { agent: "gemini" }, undefined],
      [
        "is the one a person gave it to, before the operator's",
        { agent: "codex" },
        { agent: "claude-code" },
        ["a", "codex"],
      ],
      ["is nobody's where no worker has the person's", { agent: "gemini" }, {}, undefined],
      [
        "is the shell line of the worker's that a label named by its first word",
        { agent: "make" },
        { workers: [claude, worker("d", { agents: ["make all"] })] },
        ["d", "make all"],
      ],
      ["is nobody's while the person's is parked", { agent: "codex" }, { parked: parked("codex") }, undefined],
      [
        "is another of the worker's while its first is parked",
        {},
        { parked: parked("claude-code"), workers: [claude] },
        ["a", "codex"],
      ],
      [
        "is another worker's own while all of one's are parked",
        {},
        { parked: parked("codex"), workers: [codex, claude] },
        ["a", undefined],
      ],
      [
        "is another than the operator's while that is parked",
        {},
        { agent: "claude-code", parked: parked("claude-code") },
        ["a", "codex"],
      ],
      ["is nobody's while all are parked", {}, { parked: parked("claude-code", "codex") }, undefined],
      [
        "is left to a worker whose agents are not known",
        {},
        { parked: parked("codex"), workers: [worker("c")] },
        ["c", undefined],
      ],
    ],
  )("%s", (_, more, selection, expected) => {
    const task = { ...ready(1, 2), ...more };
    const base = { ready: [task], workers: [claude, codex], active: [], policy: { maxAgents: 1 } };
    const [choice] = select({ ...base, ...selection });
    expect(choice && [choice.worker, choice.agent]).toEqual(expected);
  });

  it("that is parked lets tasks go first that can do without it", () => {
    const tasks = [{ ...ready(1, 2, "high"), agent: "claude-code" }, ready(1, 3)];
    expect(order({ ready: tasks, workers: [claude], parked: parked("claude-code") })).toEqual([3]);
  });
});

describe("the choice of the worker", () => {
  const one = [ready(1, 2)];
  const choose = (workers: readonly Candidate[]) =>
    select({ ready: one, workers, active: [], policy: { maxAgents: 1 } })[0]?.worker;

  it.each([
    ["the warm one, though it is busier", [worker("a"), worker("b", { warm: true, free: 1 })], "b"],
    ["the least loaded among equals", [worker("a", { free: 2 }), worker("b", { free: 5 })], "b"],
    ["the one with a slot", [worker("a", { warm: true, free: 0 }), worker("b", { free: 1 })], "b"],
    ["none that drains or is away", [worker("a", { draining: true }), worker("b", { connected: false })], undefined],
  ])("is %s", (_, workers, expected) => {
    expect(choose(workers)).toBe(expected);
  });

  it("spreads tasks over equal workers", () => {
    const choices = select({
      ready: [ready(1, 2), ready(1, 3)],
      workers: [worker("a", { slots: 2, free: 2 }), worker("b", { slots: 2, free: 2 })],
      active: [],
      policy: { maxAgents: 5 },
    });
    expect(choices.map((choice) => choice.worker)).toEqual(["a", "b"]);
  });
});
