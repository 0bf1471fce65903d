import { describe, expect, it } from "vitest";
import { isApprovedBy, isForeign, planAfter } from "../../../src/cli/client/plan.ts";
import { needsApproval } from "../../../src/cli/plans/execute.ts";
import { standing } from "../../../src/cli/screen/plan-screen.ts";
import type { PlanState, PlanStatus } from "../../../src/core/plan/plan.ts";
import { samplePlan, sampleRecord } from "../../core/plan/sample-plan.ts";

const at = "2026-01-02T03:04:05Z";
const comment = { id: 7, author: "ada", createdAt: at };
const approval = { revision: 1, hash: "a", by: "ada", comment: 7, at };
const state = (status: PlanStatus, hash = "a"): PlanState => ({
  ...{ plan: samplePlan({ T1: [] }), hash, record: sampleRecord({ status }), folded: [] },
});
const approved = (more = {}) => state({ kind: "approved", approval: { ...approval, ...more } });
const reply = { kind: "done", text: "", comment } as const;

describe("a plan after a command", () => {
  it("shows a cancellation, so that nobody waits for more", async () => {
    let loads = 0;
    const load = async () => state(++loads < 3 ? { kind: "draft" } : { kind: "cancelled", by: "ada", at });
    const plans = { doubt() {}, load };
    const place = { plans, pace: { first: 1, longest: 1 }, signal: new AbortController().signal };
    expect((await planAfter(place, 2, reply))?.record.status.kind).toBe("cancelled");
    expect(loads).toBe(3);
  });

  it("is approved only when it says so of this very comment", () => {
    expect(isApprovedBy(approved(), reply)).toBe(true);
    expect(isApprovedBy(approved({ comment: 8 }), reply)).toBe(false);
    expect(isApprovedBy(state({ kind: "draft" }), reply)).toBe(false);
  });
});

describe("a plan whose text is not what was approved", () => {
  const touched = state({ kind: "approved", approval }, "b");

  it("must be approved again, although nobody has noted a foreign commit", () => {
    expect([isForeign(touched), needsApproval(touched)]).toEqual([true, true]);
    expect(standing(touched)).toMatch(/somebody else changed it/);
    expect([isForeign(approved()), needsApproval(approved())]).toEqual([false, false]);
  });

  it("is no matter before the approval", () => {
    expect(isForeign(state({ kind: "draft" }, "b"))).toBe(false);
  });
});
