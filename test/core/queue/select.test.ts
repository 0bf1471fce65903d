import { describe, expect, it } from "vitest";
import type { Candidate, ReadyTask, Selection } from "../../../src/core/queue/select.ts";
import { promotionMilliseconds, select } from "../../../src/core/queue/select.ts";
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
