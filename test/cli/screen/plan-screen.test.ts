import { createColors } from "picocolors";
import { describe, expect, it } from "vitest";
import { formatPlanScreen, formatProgress } from "../../../src/cli/screen/plan-screen.ts";
import { wrap } from "../../../src/cli/screen/screen.ts";
import type { PlanState } from "../../../src/core/plan/plan.ts";
import { samplePlan, sampleRecord, sampleTask } from "../../core/plan/sample-plan.ts";

const colors = createColors(false);
const state: PlanState = { plan: samplePlan({ T1: [], T2: ["T1"] }), hash: "", record: sampleRecord(), folded: [] };
const show = (more: Partial<PlanState>, width?: number) =>
  formatPlanScreen({ ...state, ...more }, "http://forge.test/issues/2", { colors, width });

describe("a plan at the terminal", () => {
  it("names revision and state, and one row a task", () => {
    const text = show({});
    expect(text).toContain("Plan #2 r1: a draft, waiting for approval");
    expect(text).toMatch(/T2 +Task T2 +backend-systems-engineer +T1$/m);
    expect(text).toContain("Planned by keywords, no model used. http://forge.test/issues/2");
    expect(text).not.toContain("Priority");
  });

  it("shows estimates and priorities only where there are any", () => {
    const plan = { goal: "x", tasks: [sampleTask("T1", { priority: "high", estimateMinutes: 30 })] };
    expect(show({ plan })).toMatch(/Time +Priority\n.*30 min +high/);
  });

  it("tells open questions and the waiting proposal, and how to take them", () => {
    const questions = [
      { number: 1, text: "Which\u001b[2J database?" },
      { number: 2, text: "Waived?", waived: true as const },
    ];
    const proposal = { number: 3, revision: 1, changes: [], comment: 5, at: "" };
    const text = show({ record: sampleRecord({ questions }), proposal });
    expect(text).toContain("Q1 Which database? (/coppice answer Q1 …)");
    expect(text).toContain("P3 proposes 0 changes (/coppice accept P3 takes it)");
    expect(text).not.toContain("Waived?");
  });

  it("shows a waiting amendment before what it amends", () => {
    const approval = { revision: 1, hash: "", by: "ada", comment: 1, at: "" };
    const record = sampleRecord({ revision: 2, status: { kind: "approved", approval } });
    const text = show({ record, amendment: { plan: samplePlan({ T1: [], T3: [] }), hash: "" } });
    expect(text).toContain("Plan #2 r2: r1 is approved, this change of it waits for approval");
    expect(text).toContain("Task T3");
    expect(text).not.toContain("Task T2");
  });

  it("says who paused it, and shows tasks as they are carried out", () => {
    const approval = { revision: 1, hash: "", by: "ada", comment: 1, at: "" };
    const steering = {
      paused: { by: "eve", at: "" },
      tasks: { T2: { priority: "high", specialist: "docs-writer" } },
    } as const;
    const text = show({ record: sampleRecord({ status: { kind: "approved", approval }, steering }) });
    expect(text).toContain("Plan #2 r1: approved by ada, paused by eve");
    expect(text).toMatch(/T2 +Task T2 +docs-writer +T1 +high$/m);
  });

  it("keeps within the terminal's width, whatever the titles", () => {
    const title = "A title that goes on and on ".repeat(4).trim();
    const plan = {
      goal: title.repeat(3),
      tasks: [sampleTask("T1", { title }), sampleTask("T2", { title: "x".repeat(120) })],
    };
    for (const width of [60, 80, 140]) {
      const lines = show({ plan }, width).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    }
  });

  it("says where each task is, in others' words made harmless", () => {
    const text = formatProgress(
      [
        {
          key: "T1",
          title: "One",
          state: "running",
          ready: false,
          attempts: 3,
          line: "working",
          worker: "w\u001b[1m1",
          issue: 4,
        },
        { key: "T2", title: "Two", state: "queued", ready: true, attempts: 3, line: "waits for a free worker" },
      ],
      { colors },
    );
    expect(text).toMatch(/T1 +One +running +#4 +w1: working/);
    expect(text).toMatch(/T2 +Two +ready +waits for a free worker/);
  });
});

describe("wrapping", () => {
  it("breaks at blanks and hangs what follows", () => {
    expect(wrap("  name  some words that go on", 16, 8)).toBe(
      "  name some\n          words\n          that\n          go on",
    );
  });

  it("leaves alone what fits, and everything where nobody looks", () => {
    expect(wrap("short", 40)).toBe("short");
    expect(wrap("word ".repeat(50), undefined)).toBe("word ".repeat(50));
  });
});
