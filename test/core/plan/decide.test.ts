import { describe, expect, test } from "vitest";
import { approve, cancel, revise } from "../../../src/core/plan/decide.ts";
import { sampleRecord } from "./sample-plan.ts";

const state = { hash: "abc", record: sampleRecord({ revision: 3 }) };
const wrote = { by: "ada", comment: 7, at: "2026-01-01T10:00:20Z" };
const approval = { revision: 3, hash: "abc", by: "ada", comment: 7, at: wrote.at };

describe("approving", () => {
  test("a named revision that is current is approved, whatever the thread shows", () => {
    expect(approve(state, { ...wrote, revision: 3 })).toMatchObject({
      record: { status: { kind: "approved", approval } },
    });
  });

  test("a bare approval counts from ten seconds after the revision was shown", () => {
    const shown = { revision: 3, at: "2026-01-01T10:00:10Z" };
    expect(approve(state, { ...wrote, shown }).kind).toBe("changed");
    expect(approve(state, { ...wrote, shown: { ...shown, at: "2026-01-01T10:00:11Z" } })).toEqual({
      kind: "refused",
      reason: "r3 was shown less than 10 seconds before your comment, so you may have read r2: write /approve r3",
    });
  });

  test("a bare approval of what the thread does not show yet names both revisions", () => {
    expect(approve(state, { ...wrote, shown: { revision: 2, at: "2026-01-01T09:00:00Z" } })).toEqual({
      kind: "refused",
      reason: "the thread showed r2 when you wrote, and the plan is at r3: read it, then write /approve r3",
    });
    expect(approve(state, wrote)).toMatchObject({ kind: "refused" });
  });

  test("another revision, a second approval and a finished plan are refused", () => {
    expect(approve(state, { ...wrote, revision: 2 })).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("r2 is not the plan any more, it is at r3"),
    });
    const approved = { ...state, record: { ...state.record, status: { kind: "approved" as const, approval } } };
    expect(approve(approved, { ...wrote, revision: 3 })).toEqual({
      kind: "refused",
      reason: "r3 was already approved by ada; nothing to do",
    });
  });
});

test("a cancelled plan says by whom when cancelled again", () => {
  const cancelled = cancel(state.record, { by: "ada", at: wrote.at });
  expect(cancelled).toMatchObject({ kind: "changed" });
  expect(cancelled.kind === "changed" && cancel(cancelled.record, { by: "bob", at: wrote.at })).toMatchObject({
    reason: "the plan was already cancelled by ada",
  });
});

test("a revision keeps the comment and the issues, adds usage, and is a draft again", () => {
  const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0, dollars: 0.5 };
  const facts = { issue: 2, lastKey: 4, hash: "h", by: "ada", at: wrote.at, comment: 7, summary: "planned" };
  const first = revise(undefined, { ...facts, planner: "claude-x", usage });
  expect(first).toMatchObject({
    revision: 1,
    planner: "claude-x",
    usage,
    revisions: [{ revision: 1, summary: "planned" }],
  });
  const second = revise({ ...first, comment: 99 }, { ...facts, usage });
  expect(second).toMatchObject({
    revision: 2,
    comment: 99,
    planner: "claude-x",
    usage: { inputTokens: 20, dollars: 1 },
    status: { kind: "draft" },
  });
  const unpriced = revise(second, { ...facts, usage: { ...usage, dollars: undefined } });
  expect(unpriced.usage.dollars).toBeUndefined();
});
