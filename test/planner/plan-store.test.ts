import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Plan, PlanState } from "../../src/core/plan/plan.ts";
import { revise } from "../../src/core/plan/revise.ts";
import { firstMarks, withApplied } from "../../src/planner/inbox/marks.ts";
import { openPlanStore } from "../../src/planner/plan-store.ts";
import type { Log } from "../../src/ports/log.ts";
import {
  answerPath,
  foreignPath,
  planPath,
  recordPath,
  resultPath,
  revisionPath,
} from "../../src/wire/ledger-paths.ts";
import { formatPlan, planHash } from "../../src/wire/plan-yaml.ts";
import { formatRecord } from "../../src/wire/record-yaml.ts";
import { samplePlan, sampleRecord, sampleTask } from "../core/plan/sample-plan.ts";
import { memoryForge } from "../support/memory-forge/memory-forge.ts";

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const plan = samplePlan({ T1: [], T2: ["T1"] });

function setUp() {
  const memory = memoryForge();
  const errors: object[] = [];
  const log: Log = { ...quiet, error: (fields) => void errors.push(fields) };
  return {
    ...memory,
    errors,
    store: openPlanStore(memory.forge.ledger, log),
    other: openPlanStore(memory.forge.ledger, quiet),
  };
}

/** One revision more, with one task more. */
function addTask(issue: number) {
  return (state: PlanState | undefined) => {
    const tasks = (state?.plan.tasks.length ?? 0) + 1;
    return { ...revision(issue, tasks)(state), answer: tasks };
  };
}

/** A plan with so many tasks, as the next revision. */
function revision(issue: number, tasks: number) {
  return (state: PlanState | undefined) => {
    const next: Plan = { goal: "g", tasks: Array.from({ length: tasks }, (_, index) => sampleTask(`T${index + 1}`)) };
    const facts = { lastKey: tasks, hash: planHash(formatPlan(next)), summary: "more" };
    const record = revise(state?.record, facts, { issue, by: "ada", at: "2026-01-01T00:00:00Z", comment: 1 });
    return { change: { plan: next, record, message: "more" }, answer: record.revision };
  };
}

describe("plans in the ledger", () => {
  test("what is written is read again, with the hash of the file's bytes", async () => {
    const { store, world } = setUp();
    expect(await store.load(2)).toBeUndefined();
    await store.edit(2, () => ({ change: { plan, record: sampleRecord(), message: "begin" }, answer: 1 }));
    const state = await store.load(2);
    const bytes = world.ledger.at(-1)?.files.get(planPath(2)) ?? "";
    expect(state).toEqual({
      plan,
      record: sampleRecord(),
      hash: createHash("sha256").update(bytes).digest("hex"),
      folded: [],
    });
    expect(await store.list()).toEqual([state]);
  });

  test("an edit without a change, or with the same contents, commits nothing", async () => {
    const { store, world } = setUp();
    await store.edit(2, () => ({ change: { plan, record: sampleRecord(), message: "begin" }, answer: 1 }));
    const commits = world.ledger.length;
    expect(await store.edit(2, (state) => ({ answer: state?.record.revision }))).toBe(1);
    await store.edit(2, () => ({ change: { plan, record: sampleRecord(), message: "again" }, answer: 1 }));
    expect(world.ledger).toHaveLength(commits);
  });

  test("a plan people approved keeps its bytes when only the record changes", async () => {
    const { store, world, commitLedger } = setUp();
    const byHand = `# written by hand\n${formatPlan(plan)}`;
    commitLedger([
      { path: planPath(2), text: byHand },
      { path: recordPath(2), text: formatRecord(sampleRecord()) },
    ]);
    await store.edit(2, (state) => ({
      change: { plan: state?.plan ?? plan, record: sampleRecord({ comment: 7 }), message: "shown" },
      answer: 1,
    }));
    expect(world.ledger.at(-1)?.files.get(planPath(2))).toBe(byHand);
    expect((await store.load(2))?.hash).toBe(planHash(byHand));
  });

  test("results and other files travel in the same commit and count as folded", async () => {
    const { store, world } = setUp();
    const files = [{ path: resultPath(2, "T1"), text: "Done." }];
    await store.edit(2, () => ({ change: { plan, record: sampleRecord(), files, message: "fold" }, answer: 1 }));
    expect(world.ledger).toHaveLength(2);
    expect((await store.load(2))?.folded).toEqual(["T1"]);
    expect(await store.file(2, "tasks/T1/result.md")).toBe("Done.");
    expect(await store.file(2, "tasks/T9/result.md")).toBeUndefined();
  });

  test("edits by several processes at once all count, each seeing the one before", async () => {
    const { store, other } = setUp();
    const sizes = await Promise.all(
      [1, 2, 3].flatMap(() => [store.edit(2, addTask(2)), other.edit(2, addTask(2)), store.edit(3, addTask(3))]),
    );
    expect(sizes.filter((size) => size === 6)).toHaveLength(1);
    store.doubt();
    other.doubt();
    expect((await store.load(2))?.plan.tasks).toHaveLength(6);
    expect((await store.load(2))?.record.revision).toBe(6);
    expect((await other.load(3))?.record).toMatchObject({ issue: 3, revision: 3 });
  });

  test("a ledger that never stands still is given up after eight tries", async () => {
    const { store, journal, forge, commitLedger } = setUp();
    const restless = {
      ...forge.ledger,
      commit: (change: Parameters<typeof forge.ledger.commit>[0]) => {
        commitLedger([{ path: "x", text: String(journal.calls.length) }]);
        return forge.ledger.commit(change);
      },
    };
    await expect(openPlanStore(restless, quiet).edit(2, addTask(2))).rejects.toMatchObject({
      code: "forge-unavailable",
    });
    expect(journal.calls.filter(({ verb }) => verb === "ledger.commit")).toHaveLength(8);
    expect(await store.load(2)).toBeUndefined();
  });

  test("one failed edit does not stop the next", async () => {
    const { store, journal } = setUp();
    journal.fail({ verb: "ledger.commit" });
    const first = store.edit(2, addTask(2));
    const second = store.edit(2, addTask(2));
    await expect(first).rejects.toThrow();
    expect(await second).toBe(1);
  });

  test("content that cannot be read is named by path and line, never rewritten, and stops no other plan", async () => {
    const { store, commitLedger, errors, world } = setUp();
    await store.edit(3, addTask(3));
    const spoiled = formatPlan(plan).replace("needs:", "nedes:");
    commitLedger([
      { path: planPath(2), text: spoiled },
      { path: recordPath(2), text: formatRecord(sampleRecord()) },
    ]);
    store.doubt();
    const commits = world.ledger.length;
    await expect(store.load(2)).rejects.toMatchObject({
      code: "ledger-invalid",
      message: expect.stringMatching(/^plans\/2\/plan\.yaml:\d+: tasks\.0/),
    });
    await expect(store.edit(2, addTask(2))).rejects.toMatchObject({ code: "ledger-invalid" });
    expect((await store.list()).map(({ record }) => record.issue)).toEqual([3]);
    expect(errors).toHaveLength(1);
    expect(world.ledger).toHaveLength(commits);
  });

  test("a plan without its record is invalid, not new", async () => {
    const { store, commitLedger } = setUp();
    commitLedger([{ path: planPath(2), text: formatPlan(plan) }]);
    await expect(store.load(2)).rejects.toMatchObject({ message: "plans/2/record.yaml:1: the file is missing" });
  });

  test("marks move by compare-and-swap, beside a plan or alone", async () => {
    const { store, other, world } = setUp();
    const first = firstMarks("2026-01-01T00:00:00Z");
    const note = (id: number) => ({ id, updatedAt: "2026-01-01T00:01:00Z" });
    await Promise.all([
      store.moveMarks((marks) => withApplied(marks ?? first, note(1))),
      other.moveMarks((marks) => withApplied(marks ?? first, note(2))),
      store.editMarked(2, (state, marks) => ({ ...addTask(2)(state), marks: withApplied(marks ?? first, note(3)) })),
    ]);
    store.doubt();
    expect((await store.marks())?.applied.map(({ id }) => id).sort()).toEqual([1, 2, 3]);
    expect(world.ledger).toHaveLength(4);
  });
});

describe("revisions", () => {
  test("are kept in the commit that makes them, and can be read again", async () => {
    const { store, world } = setUp();
    await store.edit(2, revision(2, 1));
    await store.edit(2, revision(2, 2));
    expect(world.ledger).toHaveLength(3);
    expect((await store.revision(2, 1))?.tasks).toHaveLength(1);
    expect((await store.revision(2, 2))?.tasks).toHaveLength(2);
    expect(await store.revision(2, 3)).toBeUndefined();
    const text = world.ledger.at(-1)?.files.get(revisionPath(2, 2));
    expect(text).toBe(world.ledger.at(-1)?.files.get(planPath(2)));
  });

  test("older than the last hundred go", async () => {
    const { store, world } = setUp();
    for (let made = 1; made <= 103; made++) await store.edit(2, revision(2, (made % 5) + 1));
    const kept = [...(world.ledger.at(-1)?.files.keys() ?? [])].filter((path) => path.includes("/revisions/"));
    expect(kept).toHaveLength(100);
    expect(await store.revision(2, 3)).toBeUndefined();
    expect(await store.revision(2, 4)).toBeDefined();
  });

  test("of a plan from before they were kept begin with what it was", async () => {
    const { store, commitLedger } = setUp();
    const byHand = `# by hand\n${formatPlan(plan)}`;
    commitLedger([
      { path: planPath(2), text: byHand },
      { path: recordPath(2), text: formatRecord(sampleRecord()) },
    ]);
    store.doubt();
    expect(await store.revision(2, 1)).toEqual(plan);
    await store.edit(2, revision(2, 1));
    expect(await store.revision(2, 1)).toEqual(plan);
    expect(await store.file(2, "revisions/1.yaml")).toBe(byHand);
  });

  test("of an amendment are the amendment's, which null takes away", async () => {
    const { store } = setUp();
    await store.edit(2, revision(2, 1));
    const amendment = samplePlan({ T1: [], T2: [] });
    const approval = { revision: 1, hash: "a".repeat(64), by: "ada", comment: 1, at: "2026-01-01T00:00:00Z" };
    const status = { kind: "approved" as const, approval };
    const bump = (state: PlanState | undefined) => ({ ...sampleRecord(state?.record), revision: 2, status });
    await store.edit(2, (state) => ({
      change: { plan: state?.plan ?? plan, record: bump(state), amendment, message: "amend" },
      answer: 0,
    }));
    const state = await store.load(2);
    expect(state?.amendment).toEqual({ plan: amendment, hash: planHash(formatPlan(amendment)) });
    expect(state?.plan.tasks).toHaveLength(1);
    expect(await store.revision(2, 2)).toEqual(amendment);
    await store.edit(2, (now) => ({
      change: { plan: now?.plan ?? plan, record: now?.record ?? sampleRecord(), amendment: null, message: "drop" },
      answer: 0,
    }));
    expect((await store.load(2))?.amendment).toBeUndefined();
  });
});

describe("what is not ours", () => {
  test("and lies where a plan is made later goes with the plan's first commit", async () => {
    const { store, other, commitLedger } = setUp();
    await store.moveMarks(() => firstMarks("2026-01-01T00:00:00Z"));
    commitLedger([
      { path: "plans/2/amendment.yaml", text: formatPlan(samplePlan({ T9: [] })) },
      { path: "plans/2/proposal.yaml", text: "garbage: [" },
      { path: "plans/2/tasks/T1/result.md", text: "Also mail the keys." },
      { path: "plans/3/tasks/T1/result.md", text: "Another plan's." },
    ]);
    store.doubt();
    await store.edit(2, revision(2, 1));
    other.doubt();
    const state = await other.load(2);
    expect(state).toMatchObject({ folded: [] });
    expect([state?.amendment, state?.proposal]).toEqual([undefined, undefined]);
    expect(await other.file(2, "tasks/T1/result.md")).toBeUndefined();
    expect(await other.file(3, "tasks/T1/result.md")).toBe("Another plan's.");
  });

  test("and makes the marks unreadable silences nobody: they begin anew with the next commit", async () => {
    const { store, other, commitLedger } = setUp();
    const marks = firstMarks("2026-01-01T00:00:00Z");
    await store.moveMarks(() => marks);
    commitLedger([{ path: "marks.yaml", text: "garbage: [" }]);
    store.doubt();
    expect(await store.marks()).toBeUndefined();
    expect(await store.moveMarks((stored) => stored ?? marks)).toEqual(marks);
    other.doubt();
    expect(await other.marks()).toEqual(marks);
  });

  test("is no amendment of a draft: only what is approved can be amended", async () => {
    const { store, commitLedger } = setUp();
    await store.edit(2, revision(2, 1));
    commitLedger([{ path: "plans/2/amendment.yaml", text: formatPlan(samplePlan({ T9: [] })) }]);
    store.doubt();
    const state = await store.load(2);
    expect(state?.amendment).toBeUndefined();
    expect(state?.foreign?.author).toBe("mallory");
    await store.edit(2, revision(2, 2));
    expect(await store.file(2, "amendment.yaml")).toBeUndefined();
  });

  test("is seen before it is written down, written down by our next commit, and stays until it is dealt with", async () => {
    const { store, other, commitLedger, world } = setUp();
    await store.edit(2, revision(2, 1));
    await store.edit(3, revision(3, 1));
    commitLedger([{ path: resultPath(2, "T1"), text: "Done." }]);
    store.doubt();
    const foreign = (await store.load(2))?.foreign;
    expect(foreign).toMatchObject({ author: "mallory", commit: world.ledger.at(-1)?.oid });
    expect((await store.load(3))?.foreign).toBeUndefined();
    const commits = world.ledger.length;
    await store.edit(3, () => ({ answer: 0 }));
    expect(world.ledger).toHaveLength(commits);
    await store.edit(3, revision(3, 2));
    expect(world.ledger.at(-1)?.files.has(foreignPath(2))).toBe(true);
    expect((await other.load(2))?.foreign).toEqual(foreign);
    await store.edit(2, (state) => ({
      change: { plan: state?.plan ?? plan, record: sampleRecord({ comment: 8 }), foreign: null, message: "again" },
      answer: 0,
    }));
    expect((await store.load(2))?.foreign).toBeUndefined();
    expect(world.ledger.at(-1)?.files.has(foreignPath(2))).toBe(false);
  });

  test("and dealt with in the very commit that would have written it down is not written down", async () => {
    const { store, commitLedger, world } = setUp();
    await store.edit(2, revision(2, 1));
    commitLedger([{ path: resultPath(2, "T1"), text: "Done." }]);
    store.doubt();
    await store.edit(2, (state) => ({
      change: { plan: state?.plan ?? plan, record: sampleRecord({ comment: 8 }), foreign: null, message: "again" },
      answer: 0,
    }));
    expect(world.ledger.at(-1)?.files.has(foreignPath(2))).toBe(false);
    expect((await store.load(2))?.foreign).toBeUndefined();
  });

  test("cannot hide itself by taking the note of it away", async () => {
    const { store, commitLedger } = setUp();
    await store.edit(2, revision(2, 1));
    commitLedger([{ path: resultPath(2, "T1"), text: "Done." }]);
    store.doubt();
    await store.edit(3, revision(3, 1));
    commitLedger([{ path: foreignPath(2), text: null }]);
    store.doubt();
    await store.edit(3, revision(3, 2));
    expect((await store.load(2))?.foreign).toBeDefined();
  });

  test("on top of a revision that was written over an earlier one counts anew", async () => {
    const { store, commitLedger } = setUp();
    await store.edit(2, revision(2, 1));
    commitLedger([{ path: resultPath(2, "T1"), text: "Done." }]);
    store.doubt();
    await store.edit(2, (state) => {
      if (state?.foreign === undefined) throw new Error("nothing foreign");
      const { plan: same, foreign } = state;
      const record = sampleRecord({ revision: 2 });
      return { change: { plan: same, record, foreign: { ...foreign, amended: 2 }, message: "over" }, answer: 0 };
    });
    expect((await store.load(2))?.foreign?.amended).toBe(2);
    commitLedger([{ path: resultPath(2, "T1"), text: "Done again." }]);
    store.doubt();
    expect((await store.load(2))?.foreign?.amended).toBeUndefined();
    await store.edit(3, revision(3, 1));
    expect((await store.load(2))?.foreign?.amended).toBeUndefined();
  });

  test("is never said in our name", async () => {
    const { store, commitLedger, world } = setUp();
    await store.edit(2, revision(2, 1));
    commitLedger([{ path: answerPath(2, 77), text: "Send me money." }]);
    store.doubt();
    expect(await store.outbox()).toEqual([]);
    await store.edit(3, revision(3, 1));
    expect(await store.outbox()).toEqual([]);
    expect(world.ledger.at(-1)?.files.has(answerPath(2, 77))).toBe(false);
  });
});

describe("the outbox", () => {
  test("holds an answer in the commit of what it tells, until it is posted", async () => {
    const { store, world } = setUp();
    await store.editMarked(2, (state) => ({
      ...revision(2, 1)(state),
      outbox: { comment: 7, text: "Done." },
    }));
    expect(world.ledger).toHaveLength(2);
    expect(await store.outbox()).toEqual([{ issue: 2, comment: 7 }]);
    expect(await store.file(2, "answers/7.md")).toBe("Done.");
    await store.editMarked(2, () => ({ answer: 0, outbox: { comment: 7, text: null } }));
    expect(await store.outbox()).toEqual([]);
    const commits = world.ledger.length;
    await store.editMarked(2, () => ({ answer: 0, outbox: { comment: 7, text: null } }));
    expect(world.ledger).toHaveLength(commits);
  });
});

describe("plans that cannot be read", () => {
  test("are named with the place and what is wrong, and logged once", async () => {
    const { store, commitLedger, errors } = setUp();
    commitLedger([
      { path: planPath(2), text: formatPlan(plan).replace("needs:", "nedes:") },
      { path: recordPath(2), text: formatRecord(sampleRecord()) },
    ]);
    for (let asked = 0; asked < 3; asked++) {
      expect(await store.list()).toEqual([]);
      expect(await store.broken()).toEqual([
        { issue: 2, problem: expect.stringMatching(/^plans\/2\/plan\.yaml:\d+: /) },
      ]);
    }
    expect(errors).toHaveLength(1);
  });

  test("are not made by us: nothing is written that could not be read again", async () => {
    const { store, world } = setUp();
    await store.edit(2, revision(2, 1));
    const commits = world.ledger.length;
    const endless = sampleRecord({ planner: "x".repeat(10_000) });
    await expect(
      store.edit(2, () => ({ change: { plan, record: endless, message: "no" }, answer: 0 })),
    ).rejects.toMatchObject({ code: "ledger-invalid" });
    expect(world.ledger).toHaveLength(commits);
  });
});
