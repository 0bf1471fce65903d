import { describe, expect, it } from "vitest";
import type { Creating, PlanRecord } from "../../../src/core/plan/plan.ts";
import { noUsage } from "../../../src/core/plan/plan.ts";
import {
  budgetNoteKey,
  commentKey,
  intend,
  intentPatience,
  summaryKey,
  withMade,
} from "../../../src/core/queue/creating.ts";

const issue = { number: 5, id: 50, nodeId: "I_5" };

function record(more: Partial<PlanRecord> = {}): PlanRecord {
  const status = { kind: "draft" } as const;
  const plan = { version: 1, issue: 1, revision: 1, revisions: [], status, planner: "keywords" } as const;
  return { ...plan, tasks: {}, usage: noUsage, ...more };
}

function creating(keys: readonly string[], hub = "other"): Creating {
  return { hub, nonce: "theirs", at: "2026-01-01T00:00:00Z", keys };
}

const mine = { hub: "me", nonce: "life", at: "2026-01-02T00:00:00Z", unchangedFor: 0 };

describe("an intent", () => {
  it("is said where nobody is at it, and then nothing can have been made", () => {
    expect(intend(record(), { ...mine, keys: ["T1", "T2"] })).toEqual({
      ...{ kind: "ours", keys: ["T1", "T2"], first: true, again: false },
      creating: { hub: "me", nonce: "life", at: mine.at, keys: ["T1", "T2"] },
    });
  });

  it("is not said of what the record knows by now", () => {
    const known = record({ tasks: { T1: issue }, phases: { design: issue }, comment: 7 });
    expect(intend(known, { ...mine, keys: ["T1", "design", "comment"] })).toMatchObject({ kind: "ours", keys: [] });
    expect(intend(known, { ...mine, keys: ["T1", "T2"] })).toMatchObject({ keys: ["T2"], creating: { keys: ["T2"] } });
  });

  it("is not said of what another hub came to the end of while this one lost the race to say it", () => {
    const approval = { revision: 1, hash: "", by: "ada", comment: 1, at: mine.at };
    const approved = record({ status: { kind: "approved", approval }, comment: 7 });
    const keys = [commentKey(approved), summaryKey, budgetNoteKey("day 2026-01-01")];
    expect(keys[0]).toBe("comment instead of 7");
    expect(intend(approved, { ...mine, keys })).toMatchObject({ keys, first: true });
    const over = record({
      ...{ status: { kind: "done", at: mine.at, approval }, comment: 8, spentTold: { day: "day 2026-01-01" } },
    });
    expect(intend(over, { ...mine, keys })).toMatchObject({ kind: "ours", keys: [] });
  });

  it("of another hub is waited for, whatever it is about, until it has been the same for two minutes", () => {
    const theirs = record({ creating: creating(["T1"]) });
    for (const keys of [["T1"], ["T9"], ["comment"]]) {
      expect(intend(theirs, { ...mine, keys })).toEqual({ kind: "theirs" });
      expect(intend(theirs, { ...mine, keys, unchangedFor: intentPatience - 1 })).toEqual({ kind: "theirs" });
    }
    const late = { ...mine, unchangedFor: intentPatience };
    expect(intend(theirs, { ...late, keys: ["T1"] })).toMatchObject({ first: false, creating: { hub: "me" } });
    // What it left stays named: whoever makes it looks for it first.
    expect(intend(theirs, { ...late, keys: ["T9"] })).toMatchObject({ first: true, creating: { keys: ["T1", "T9"] } });
  });

  it("of another hub whose things are all there stops nobody", () => {
    const done = record({ tasks: { T1: issue }, creating: creating(["T1"]) });
    expect(intend(done, { ...mine, keys: ["T2"] })).toMatchObject({ kind: "ours", first: true });
  });

  it("of an earlier try is not said twice, and what it may have made is looked for", () => {
    const before = record({ creating: creating(["T1", "T2"], "me") });
    const again = intend(before, { ...mine, keys: ["T2"] });
    expect(again).toEqual({ kind: "ours", keys: ["T2"], first: false, again: false });
    const own = record({ creating: { ...creating(["T1", "T2"], "me"), nonce: mine.nonce } });
    expect(intend(own, { ...mine, keys: ["T2"] })).toMatchObject({ first: false, again: true });
    expect(intend(before, { ...mine, keys: ["T2", "T3"] })).toMatchObject({
      first: false,
      creating: { keys: ["T1", "T2", "T3"] },
    });
  });

  it("ends with what was made; the rest of it stays", () => {
    const before = record({ creating: creating(["T1", "T2"], "me") });
    const half = withMade({ ...before, tasks: { T1: issue } }, ["T1"]);
    expect(half.creating?.keys).toEqual(["T2"]);
    expect(withMade(half, ["T2"])).toEqual({ ...before, tasks: { T1: issue }, creating: undefined });
    expect(withMade(half, ["T2"])).not.toHaveProperty("creating");
    expect(withMade(half, ["summary"])).toBe(half);
    const none = record();
    expect(withMade(none, ["T1"])).toBe(none);
  });
});
