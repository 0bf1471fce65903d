import { describe, expect, it } from "vitest";
import { wasCarriedOut } from "../../../src/core/plan/carried-out.ts";
import type { PlanRecord } from "../../../src/core/plan/plan.ts";
import { sampleRecord } from "./sample-plan.ts";

const at = "2026-01-02T03:04:05Z";
const comment = { id: 7, author: "ada", createdAt: at };
const approval = { revision: 1, hash: "", by: "ada", comment: 7, at };
const shows = (more: Partial<PlanRecord>) => wasCarriedOut({ record: sampleRecord(more) }, comment);

describe("a command was carried out", () => {
  it.each<[string, Partial<PlanRecord>]>([
    ["approved it", { status: { kind: "approved", approval } }],
    ["approved what is done now", { status: { kind: "done", at, approval } }],
    ["cancelled it", { status: { kind: "cancelled", by: "ada", at } }],
    ["made a revision", { revisions: [{ revision: 1, hash: "", by: "ada", at, comment: 7, summary: "" }] }],
    [
      "answered a question",
      { questions: [{ number: 1, text: "?", answer: { by: "ada", at, comment: 7, text: "Yes" } }] },
    ],
  ])("when its comment %s", (_, more) => expect(shows(more)).toBe(true));

  it("when its comment's answer shows the proposal", () => {
    const proposal = { number: 1, revision: 1, changes: [], comment: 7, at };
    expect(wasCarriedOut({ record: sampleRecord(), proposal }, comment)).toBe(true);
  });

  it("not when another comment did it", () => {
    expect(shows({})).toBe(false);
    expect(shows({ status: { kind: "approved", approval: { ...approval, comment: 8 } } })).toBe(false);
    expect(shows({ status: { kind: "cancelled", by: "bob", at } })).toBe(false);
    expect(shows({ status: { kind: "cancelled", by: "ada", at: "2026-01-02T03:04:06Z" } })).toBe(false);
  });
});
