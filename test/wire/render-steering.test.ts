import { describe, expect, test } from "vitest";
import type { PlanState } from "../../src/core/plan/plan.ts";
import type { Steering } from "../../src/core/plan/steering.ts";
import { formatAgents } from "../../src/wire/render/agents.ts";
import { formatPlanComment } from "../../src/wire/render/plan-comment.ts";
import { formatPlanList } from "../../src/wire/render/plan-list.ts";
import { samplePlan, sampleRecord, sampleTask } from "../core/plan/sample-plan.ts";

const plan = samplePlan({ T1: [], T2: ["T1"] });
const hash = "a".repeat(64);
const approval = { revision: 1, hash, by: "bob", comment: 6, at: "2026-01-01T09:00:00Z" };
const who = { by: "ada", at: "2026-01-01T10:00:20Z", comment: 7 };

function shown(steering?: Steering, more: Partial<PlanState> = {}, prefixed = false): string {
  const record = sampleRecord({
    status: { kind: "approved", approval },
    ...(steering === undefined ? {} : { steering }),
  });
  return formatPlanComment({ state: { plan, hash, folded: [], record, ...more }, progress: [], prefixed });
}

describe("the plan comment", () => {
  test("says who paused the plan, when, and how it goes on", () => {
    const line =
      "**Paused** by ada on 2026-01-01 10:00 UTC: nothing starts and nothing is merged, what runs goes on to its end; `/resume` goes on.";
    expect(shown({ paused: who })).toContain(`\n${line}\n`);
    expect(shown({ paused: who }, {}, true)).toContain("`/coppice resume`");
    expect(shown({ paused: who })).toContain("## Plan r1: approved by bob, paused\n");
    const record = sampleRecord({ status: { kind: "approved", approval }, steering: { paused: who } });
    expect(formatPlanList([{ state: { plan, hash, folded: [], record } }])).toContain(
      "| r1, approved by bob, paused by ada |",
    );
  });

  test("says which tasks are held up, by whom, and whom they were given to", () => {
    const text = shown({
      tasks: {
        T1: { paused: who },
        T2: { paused: who, stopped: { ...who, by: "@eve", epoch: 2 }, agent: "codex", assigned: who },
      },
    });
    expect(text).toContain("- **T1** is paused by ada on 2026-01-01 10:00 UTC; `/resume T1` lets it go on\n");
    expect(text).toMatch(
      /- \*\*T2\*\* was stopped by @\u200beve on .*, its work is kept; `\/resume T2` or `\/retry T2` lets it go on\n/,
    );
    expect(text).toContain("- **T2** is given to the agent codex by ada on 2026-01-01 10:00 UTC\n");
  });

  test("shows priority and specialist as tasks are carried out, and is the same where nothing is steered", () => {
    const text = shown({ tasks: { T1: { priority: "high", specialist: "docs-writer" } } });
    expect(text).toContain("| **T1** | Task T1 (high priority) | docs-writer |");
    expect(shown({ resumed: who, tasks: { T1: { resumed: who, retried: who, prioritised: who } } })).toBe(shown());
  });

  test("fits whatever is paused", () => {
    const tasks = Array.from({ length: 250 }, (_, index) =>
      sampleTask(`T${index + 1}`, { title: "<".repeat(120), specialist: "<".repeat(80) }),
    );
    const by = "<".repeat(100);
    const steered = { ...who, by };
    const all = tasks.map(({ key }) => [key, { paused: steered, agent: "<".repeat(2_000), assigned: steered }]);
    const text = shown({ paused: steered, tasks: Object.fromEntries(all) }, { plan: { goal: "x", tasks } });
    expect(text.length).toBeLessThan(60_000);
    expect(text.includes("| **T250** |")).toBe(true);
    expect(/- … and \d+ more/.test(text)).toBe(true);
  });
});

describe("the answer to /agents", () => {
  const worker = { id: "w1", connected: true, slots: 1, free: 0, agents: ["anthropic"], warm: [], draining: false };

  test("has one line a worker, tasks of this plan by their keys", () => {
    const run = { run: "r", issue: 12, worker: "w1", agent: "anthropic", phase: "verifying", startedAt: "" } as const;
    const workers = [
      { ...worker, id: "gone", connected: false },
      worker,
      { ...worker, id: "w3", agents: [] },
      { ...worker, id: "w2", free: 1, draining: true, agents: ["command:@all </td>"] },
    ];
    const text = formatAgents(
      { workers, runs: [run], parked: [{ agent: "codex", until: "2026-01-01T10:00:00Z" }] },
      {
        T2: { number: 12 },
      },
    );
    expect(text.split("\n")).toEqual([
      "3 workers are connected, 1 of 3 slots free.",
      "",
      "- **w1** (anthropic): T2 (#12) by anthropic, verifying",
      "- **w3**: busy elsewhere",
      expect.stringMatching(/^- \*\*w2\*\* \(command:@\u200ball .*\): takes nothing more; free$/),
      "- **gone** (anthropic): away",
      "",
      "codex is parked until 2026-01-01 10:00 UTC: its provider refuses more.",
    ]);
  });

  test("says that nothing can start where nobody is connected", () => {
    expect(formatAgents({ workers: [], runs: [] }, {})).toBe("No worker is connected: nothing can start.");
  });
});
