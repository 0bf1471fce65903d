import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { release } from "../../../src/core/lease/steps.ts";
import type { Usage } from "../../../src/core/plan/plan.ts";
import type { Budget } from "../../../src/core/queue/budgets.ts";
import { budgetAmount, budgetKey } from "../../../src/core/queue/budgets.ts";
import type { Policy } from "../../../src/core/queue/policy.ts";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import { progress } from "../../../src/core/queue/progress.ts";
import { reconcile } from "../../../src/core/queue/reconcile.ts";
import { readyTasks } from "../../../src/core/queue/select.ts";
import type { Snapshot, TaskSnapshot } from "../../../src/core/queue/snapshot.ts";
import type { EndedAttempt, Spending } from "../../../src/core/queue/spending.ts";
import { addSpending, endedAttempts, spendingOf, spentToday } from "../../../src/core/queue/spending.ts";
import { wakeAfter } from "../../../src/core/queue/wake-after.ts";
import type { TaskKey } from "../../../src/core/task/task.ts";
import { failure, head, issueView, leaseView, now, plannedTask, runRecord, snapshotOf } from "./snapshots.ts";

const hour = 60 * 60_000;
const labels = ["coppice:queued", "agent:test-engineer"];
const usage = (inputTokens: number, dollars?: number): Usage => ({
  ...{ inputTokens, outputTokens: 1, cacheReadTokens: 2, cacheWriteTokens: 3 },
  ...(dollars === undefined ? {} : { dollars }),
});

function total(ended: readonly EndedAttempt[]): Spending {
  return addSpending(ended.map(({ spending }) => spending));
}

describe("what a task has cost", () => {
  it("is every attempt once, though a failure stands in the lease and in each record after it", () => {
    const first = { ...failure("verify-failed", now - 9_000), usage: usage(10, 1), seconds: 30 };
    const second = { ...failure("no-change", now - 5_000), usage: usage(20), seconds: 60 };
    const startedAt = new Date(now - 4_000).toISOString();
    const record = runRecord({
      startedAt,
      endedAt: new Date(now).toISOString(),
      usage: usage(100, 2),
      failures: [first],
    });
    const again = runRecord({ startedAt, endedAt: startedAt, usage: usage(0), failures: [first, second] });
    const held = { oid: head, lease: { failures: [first, second] } };
    const sum = { tokens: 10 + 20 + 100 + 0 + 4 * 6, dollars: 3, seconds: 30 + 60 + 4 };
    expect(total(endedAttempts([record, again], { held }))).toEqual(sum);
    expect(total(endedAttempts([record, again]))).toEqual(sum);
  });

  it("is known when its lease is gone, and not counted twice while it is still there", () => {
    const failures = [{ ...failure("no-change", now - hour), usage: usage(10), seconds: 60 }];
    const gone = {
      day: "2025-12-31",
      thatDay: spendingOf(usage(10), 60),
      before: spendingOf(usage(4), 1),
      lease: head,
    };
    const sum = { tokens: 10 + 4 + 2 * 6, dollars: 0, seconds: 61 };
    expect(total(endedAttempts([], { gone }))).toEqual(sum);
    expect(total(endedAttempts([], { gone, held: { oid: head, lease: { failures } } }))).toEqual(sum);
    const again = { oid: "b".repeat(40), lease: { failures } };
    expect(total(endedAttempts([], { gone, held: again })).seconds).toBe(121);
    expect(spentToday(endedAttempts([], { gone }), now - hour).seconds).toBe(60);
    expect(spentToday(endedAttempts([], { gone }), now).seconds).toBe(0);
  });

  it("is the same however many attempts failed, day by day", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -72, max: 0 }), { maxLength: 40 }), (hours) => {
        const failed = hours
          .toSorted((a, b) => a - b)
          .map((ago) => ({ ...failure("stopped", now + ago * hour), usage: usage(ago + 100), seconds: 1 }));
        let lease = leaseView({ issue: 2 }).lease;
        for (const one of failed) lease = release({ ...lease, phase: "running" }, one);
        const all = endedAttempts([], { held: { oid: head, lease: { failures: failed } } });
        const kept = endedAttempts([], { held: { oid: head, lease } });
        expect(lease.failures.length).toBeLessThanOrEqual(10);
        expect(total(kept)).toEqual(total(all));
        expect(spentToday(kept, now)).toEqual(spentToday(all, now));
      }),
    );
  });

  it("is dated by the hub that offered it: a worker's clock may be years off", () => {
    const offeredAt = new Date(now - 60_000).toISOString();
    const { lease } = leaseView({ issue: 2, phase: "running", offeredAt });
    for (const off of [-365, 0, 365]) {
      const late = { ...failure("no-change", now + off * 24 * hour), usage: usage(1), seconds: 30 };
      expect(release(lease, late).failures.map(({ at }) => at)).toEqual([new Date(now - 30_000).toISOString()]);
    }
  });

  it("is nothing where a clock went backwards or says nothing", () => {
    const record = runRecord({ startedAt: new Date(now).toISOString(), endedAt: new Date(now - 1_000).toISOString() });
    expect(
      endedAttempts([record, runRecord({ startedAt: "?", endedAt: "?" })]).map(({ spending }) => spending.seconds),
    ).toEqual([0, 0]);
  });

  it("counts today from midnight UTC, and as today what a clock puts later", () => {
    const noon = now + 12 * hour;
    const at = (hours: number) => ({
      at: new Date(now + hours * hour).toISOString(),
      spending: spendingOf(usage(0), 1),
    });
    expect(spentToday([at(-1), at(0), at(11), at(40)], noon).seconds).toBe(3);
  });
});

interface Spent {
  readonly task?: number;
  readonly today?: number;
  readonly planning?: number;
}

function plan({ task = 0, today, planning = 0 }: Spent, told?: Snapshot["state"]["record"]["spentTold"]): Snapshot {
  const spent = { tokens: task, dollars: task / 100, seconds: task * 60 };
  const snapshot = snapshotOf([
    { task: plannedTask("T1"), issue: issueView(2, { labels }), folded: false, spent },
    {
      task: plannedTask("T2"),
      issue: issueView(3, { labels }),
      folded: false,
      spent: { ...spent, tokens: 0, dollars: 0, seconds: 0 },
    },
  ]);
  const record = {
    ...snapshot.state.record,
    usage: { ...usage(planning), outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
  };
  return {
    ...{
      ...snapshot,
      state: { ...snapshot.state, record: told === undefined ? record : { ...record, spentTold: told } },
    },
    ...(today === undefined ? {} : { today: { tokens: today, dollars: 0, seconds: 0 } }),
  };
}

function ready(snapshot: Snapshot, budget: Budget): readonly string[] {
  return readyTasks(snapshot, { ...defaultPolicy, budget }, now).map(({ task }) => task.key);
}

describe("a budget", () => {
  it.each([
    ["of a task keeps that one task", { task: { tokens: 50 } }, ["T2"]],
    ["of a plan keeps all of it", { plan: { tokens: 50 } }, []],
    ["of a plan counts planning", { plan: { tokens: 60 } }, []],
    ["in dollars", { plan: { dollars: 0.5 } }, []],
    ["in minutes", { task: { minutes: 50 } }, ["T2"]],
    [
      "that is not reached keeps nothing",
      { task: { tokens: 51 }, plan: { tokens: 61, dollars: 1, minutes: 51 } },
      ["T1", "T2"],
    ],
    ["of the day keeps everything", { day: { tokens: 70 } }, []],
    ["of the day that is not reached keeps nothing", { day: { tokens: 71 } }, ["T1", "T2"]],
  ])("%s", (_, budget, expected) => {
    expect(ready(plan({ task: 50, today: 70, planning: 10 }), budget)).toEqual(expected);
  });

  it("says which one is spent and how it goes on", () => {
    const lines = (budget: Budget) =>
      progress(plan({ task: 50, today: 70 }), { ...defaultPolicy, budget }, now).map(({ line }) => line);
    expect(lines({ task: { dollars: 0.5 } })[0]).toBe(
      "the task's budget of $0.50 is spent: raise budget.task.dollars in .github/coppice.yml to go on",
    );
    expect(lines({ day: { tokens: 70 } })[1]).toBe(
      "today's budget of 70 tokens is spent: it goes on at 00:00 UTC, or raise budget.day.tokens in .github/coppice.yml",
    );
    expect(budgetAmount({ unit: "tokens", limit: 1_500_000 })).toBe("1,500,000 tokens");
  });

  it("is told of once, again when another one is spent, and not at all while nothing waits for it", () => {
    const policy: Policy = { ...defaultPolicy, budget: { plan: { tokens: 50 } } };
    const told = (snapshot: Snapshot, at = policy, time = now) =>
      reconcile(snapshot, at, time).flatMap((effect) => (effect.kind === "tell-budget" ? [effect.key] : []));
    expect(told(plan({ task: 50 }))).toEqual(["plan 50 tokens"]);
    expect(told(plan({ task: 50 }, { plan: "plan 50 tokens" }))).toEqual([]);
    expect(
      told(plan({ task: 80 }, { plan: "plan 50 tokens" }), { ...policy, budget: { plan: { tokens: 80 } } }),
    ).toEqual(["plan 80 tokens"]);
    expect(told(plan({ task: 49 }))).toEqual([]);
    const day = { ...policy, budget: { day: { tokens: 1 } } };
    expect(told(plan({ today: 1 }), day)).toEqual(["day 2026-01-01 1 tokens"]);
    expect(told(plan({ today: 1 }, { day: "day 2026-01-01 1 tokens" }), day, now + 25 * hour)).toEqual([
      "day 2026-01-02 1 tokens",
    ]);
    expect(budgetKey({ scope: "task", unit: "minutes", limit: 5 }, now)).toBe("task 5 minutes");
  });

  it("of tasks is told of no more while what was told of holds, whichever of them wait just then", () => {
    const policy: Policy = { ...defaultPolicy, budget: { task: { tokens: 5, minutes: 1 } } };
    const spent = { tokens: 0, dollars: 0, seconds: 0 };
    const at = (key: TaskKey, number: number, more: Partial<Spending>) => ({
      ...{ task: plannedTask(key), issue: issueView(number, { labels }), folded: false, spent: { ...spent, ...more } },
    });
    const [first, second] = [at("T1", 2, { tokens: 9 }), at("T2", 3, { seconds: 99 })];
    const told = (tasks: readonly TaskSnapshot[], key?: string) => {
      const { state, ...rest } = snapshotOf(tasks);
      const record = { ...state.record, ...(key === undefined ? {} : { spentTold: { task: key } }) };
      const effects = reconcile({ ...rest, state: { ...state, record } }, policy, now);
      return effects.flatMap((effect) => (effect.kind === "tell-budget" ? [effect.key] : []));
    };
    expect(told([first])).toEqual(["task 5 tokens"]);
    expect(told([first, second])).toHaveLength(1);
    expect(told([first, second], "task 5 tokens")).toEqual([]);
    expect(told([first, second], "task 1 minutes")).toEqual([]);
    expect(told([second], "task 5 tokens")).toEqual(["task 1 minutes"]);
  });

  it("of the day is looked at again at midnight, UTC", () => {
    const policy = { ...defaultPolicy, budget: { day: { tokens: 1 } } };
    expect(wakeAfter(plan({ today: 1 }), policy, now + 20 * hour)).toBe(4 * hour);
    expect(wakeAfter(plan({ task: 5 }), { ...policy, budget: { plan: { tokens: 1 } } }, now)).toBeUndefined();
  });
});
