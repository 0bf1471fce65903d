import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlanState } from "../../src/core/plan/plan.ts";
import { noUsage } from "../../src/core/plan/plan.ts";
import type { TaskProgress } from "../../src/core/queue/progress.ts";
import type { RunRecord } from "../../src/core/run/run.ts";
import { formatDuration, formatUsage } from "../../src/wire/amounts.ts";
import { parseCommands } from "../../src/wire/commands/parse-commands.ts";
import { labelDefinition, labelDefinitions } from "../../src/wire/labels.ts";
import { formatPlanSummary } from "../../src/wire/plan-summary.ts";
import { formatPlan, planHash } from "../../src/wire/plan-yaml.ts";
import { formatPullBody, formatPullTitle } from "../../src/wire/pull-body.ts";
import { formatGraph } from "../../src/wire/render/graph.ts";
import { formatPlanComment, formatPlanDetails, ledgerFileUrl } from "../../src/wire/render/plan-comment.ts";
import { findAnswerMarker, findPlanMarker, formatAnswerMarker } from "../../src/wire/render/plan-marker.ts";
import { formatTaskIssue, formatTaskTitle, parseTaskIssue } from "../../src/wire/task-issue.ts";
import { sampleRecord, sampleTask } from "../core/plan/sample-plan.ts";

const plan = {
  goal: "Add OAuth login",
  tasks: [
    sampleTask("T1", { title: "Design the flow", specialist: "specifications-engineer" }),
    sampleTask("T2", {
      title: "Write the API",
      needs: ["T1"],
      priority: "high",
      acceptance: ["all tests pass"],
      touches: ["src/api.ts"],
    }),
  ],
};
const state: PlanState = {
  plan,
  hash: planHash(formatPlan(plan)),
  record: sampleRecord({ issue: 7, revision: 3 }),
  folded: [],
};
const progress: readonly TaskProgress[] = [
  { key: "T1", state: "done", ready: false, issue: 8, pull: { number: 12, url: "u" }, attempts: 3, line: "" },
  {
    key: "T2",
    state: "running",
    ready: false,
    issue: 9,
    worker: "w1",
    agent: "anthropic",
    attempt: 2,
    attempts: 3,
    line: "verifying",
  },
];
const approval = { revision: 3, hash: state.hash, by: "ada", comment: 5, at: "2026-01-01T00:00:00Z" };

describe("the plan comment", () => {
  test("says what is planned, how far it is and how to answer", () => {
    const ledgerUrl = ledgerFileUrl("https://github.com/acme/app/issues/7", "plans/7/plan.yaml");
    const text = formatPlanComment({ state, progress, ledgerUrl });
    expect(text).toContain("## Plan r3: a draft, waiting for approval");
    expect(text).toContain("| **T1** | Design the flow | specifications-engineer | – | done | #8 | #12 |");
    expect(text).toContain(
      "| **T2** | Write the API (high priority) | backend-systems-engineer | T1 | running by anthropic on w1, attempt 2 of 3: verifying | #9 | – |",
    );
    expect(text).toContain("  T1 --> T2");
    expect(text).toContain("`/approve r3`");
    expect(text).toContain(
      `[plan.yaml](https://github.com/acme/app/blob/coppice-ledger/plans/7/plan.yaml) \`${state.hash.slice(0, 12)}\``,
    );
    expect(findPlanMarker(text)).toEqual({ plan: 7, revision: 3, hash: state.hash });
    expect(formatPlanComment({ state, progress, ledgerUrl })).toBe(text);
  });

  test("an approved plan says by whom and offers no approval", () => {
    const approved = { ...state, record: { ...state.record, status: { kind: "approved" as const, approval } } };
    const text = formatPlanComment({ state: approved, progress });
    expect(text).toContain("## Plan r3: approved by ada, in progress");
    expect(text).not.toContain("approve r");
  });

  test("where only the prefixed form counts it is the form shown", () => {
    expect(formatPlanComment({ state, progress: [], prefixed: true })).toContain("`/coppice approve r3`");
  });

  test("the largest plan fits a comment, and the view of it too", () => {
    const tasks = Array.from({ length: 50 }, (_, n) =>
      sampleTask(`T${n + 1}`, {
        title: "|".repeat(120),
        description: "x".repeat(8_000),
        needs: n > 0 ? [`T${n}`] : [],
      }),
    );
    const big = { ...state, plan: { goal: "g".repeat(4_000), tasks } };
    const lines = tasks.map(
      (task): TaskProgress => ({ key: task.key, state: "failed", ready: false, attempts: 3, line: "[".repeat(500) }),
    );
    for (const text of [
      formatPlanComment({ state: big, progress: lines }),
      formatPlanDetails({ state: big, progress: lines }),
    ]) {
      expect(text.length).toBeLessThanOrEqual(60_000);
      expect(text).toContain("/approve r3");
    }
  });

  test("nothing in a plan can command, ping, close, or break out of table and graph", () => {
    const hostile = fc
      .array(
        fc.constantFrom(
          "/approve",
          "\n/approve\n",
          "@ada ",
          "closes #1 ",
          "|",
          "```",
          "\n```\n",
          '"',
          "]",
          "<!-- ",
          "-->",
          "</details>",
          "\\",
          "`",
          "x",
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(hostile, hostile, hostile, (one, two, three) => {
        const title = `t ${one.replace(/\s+/g, " ")}`;
        const bad = { goal: `g ${two}`, tasks: [sampleTask("T1", { title, description: three, acceptance: [two] })] };
        const page = {
          state: { ...state, plan: bad },
          progress: [{ ...progress[1], key: "T1" as const, line: three } as TaskProgress],
        };
        for (const text of [
          formatPlanComment(page),
          formatPlanDetails(page),
          formatTaskIssue(bad.tasks[0] ?? sampleTask("T1"), { plan: 7 }),
        ]) {
          expect(parseCommands(text, { prefixed: false })).toEqual([]);
          expect(text).not.toMatch(/(^|\W)@ada/);
          expect(text).not.toMatch(/\bcloses #1/);
          expect(text.match(/<!--/g)?.length).toBe(text.match(/^<!--/gm)?.length);
        }
        const comment = formatPlanComment(page);
        expect(comment.split("\n").filter((line) => line.startsWith("| **T1**"))).toHaveLength(1);
        expect(comment.split("\n").filter((line) => line.startsWith("```"))).toEqual(["```mermaid", "```"]);
      }),
      { numRuns: 300 },
    );
  });

  test("a graph's labels hold no syntax", () => {
    expect(formatGraph({ goal: "g", tasks: [sampleTask("T1", { title: 'Say "hi" [now] #1' })] }, [])).toContain(
      '  T1["T1 Say #34;hi#34; #91;now#93; #35;1"]',
    );
  });

  test("a marker counts only at the very beginning", () => {
    expect(findPlanMarker(`x${formatPlanComment({ state, progress })}`)).toBeUndefined();
    expect(findAnswerMarker(`${formatAnswerMarker(12)}\nhello`)).toBe(12);
    expect(findAnswerMarker(`> ${formatAnswerMarker(12)}`)).toBeUndefined();
  });
});

test("the view shows descriptions and acceptance", () => {
  const text = formatPlanDetails({ state, progress });
  expect(text).toContain("#### T2 Write the API\n*backend-systems-engineer, implementation, high priority, after T1*");
  expect(text).toContain("What T2 does.\n\n- all tests pass\n\nTouches: src/api.ts");
  expect(findPlanMarker(text)).toBeUndefined();
});

test("a task's issue says what to do and carries its marker first", () => {
  const task = plan.tasks[1] ?? sampleTask("T2");
  const body = formatTaskIssue(task, { plan: 7 });
  expect(body.startsWith("<!-- coppice:plan=7;task=T2 -->\n")).toBe(true);
  expect(body).toContain("### It is done when\n\n- all tests pass");
  expect(body).toContain("needs: T1");
  expect(parseTaskIssue(body)).toEqual({ plan: 7, key: "T2" });
  expect(parseTaskIssue(`quoted:\n${body}`)).toBeUndefined();
  expect(formatTaskTitle({ title: "fix @ada" })).not.toContain("@ada");
});

describe("the pull request", () => {
  const run: RunRecord = {
    version: 1,
    run: "r",
    plan: 7,
    task: "T2",
    issue: 9,
    epoch: 1,
    worker: "w1",
    agent: "anthropic",
    sandbox: "none",
    base: "a".repeat(40),
    head: "b".repeat(40),
    verification: { kind: "passed", command: "npm test", milliseconds: 4_200 },
    usage: { ...noUsage, inputTokens: 1_200, dollars: 0.0421 },
    startedAt: "2026-01-01T00:00:00Z",
    endedAt: "2026-01-01T00:02:05Z",
    filesChanged: 1,
  };
  const task = { key: "T2", title: "Write the API" } as const;

  test("closes its task, says what was verified, what it cost and that no sandbox was used", () => {
    const body = formatPullBody({
      task,
      plan: 7,
      issue: 9,
      run,
      result: "Done.\n\n/merge\ncloses #3 for @ada\n```\nopen",
    });
    expect(body.startsWith("Closes #9\n")).toBe(true);
    expect(body).toContain("| Verified | passed in 4 s, on exactly this tree: npm test |");
    expect(body).toContain("| Sandbox | **none**: the agent ran with the worker's own rights |");
    expect(body).toContain("| Took | 2 min 5 s, 1,200 tokens, $0.042 |");
    expect(body.match(/closes #/gi)).toEqual(["Closes #"]);
    expect(body).not.toContain("@ada");
    expect(body.endsWith("```\nopen\n```")).toBe(true);
    expect(formatPullTitle(task)).toBe("T2: Write the API");
  });

  test("says when nothing was verified, and what a person must look at", () => {
    const body = formatPullBody({
      task,
      plan: 7,
      issue: 9,
      run: { ...run, verification: { kind: "none" }, sandbox: "bubblewrap", attention: ["package.json changed"] },
    });
    expect(body).toContain("| Verified | **nothing**: no verify command is configured |");
    expect(body).toContain("| Sandbox | bubblewrap |");
    expect(body).toContain("### A person must look at\n\n- package.json changed");
  });
});

test("the summary counts what is done and what it cost", () => {
  const done = {
    ...state,
    record: { ...state.record, status: { kind: "done" as const, at: "2026-01-02T00:00:00Z", approval } },
  };
  const text = formatPlanSummary({
    state: done,
    progress,
    usage: { ...noUsage, outputTokens: 10, dollars: 1.5 },
    took: 3_600_000,
  });
  expect(text).toContain(
    "1 of 2 tasks are done. It took 1 h from approval to the last merge. Spent: 10 tokens, $1.50.",
  );
  expect(text).toContain("| **T1** | Design the flow | done | #8 | #12 |");
});

test("amounts read well", () => {
  expect([850, 42_000, 185_000, 120_000, 7_800_000].map(formatDuration)).toEqual([
    "850 ms",
    "42 s",
    "3 min 5 s",
    "2 min",
    "2 h 10 min",
  ]);
  expect(formatUsage(noUsage)).toBe("no model used");
});

test("labels keep within GitHub's limits and their names are unique", () => {
  for (const label of [...labelDefinitions, labelDefinition(`agent:${"x".repeat(80)}`), labelDefinition("other")]) {
    expect(label.name.length).toBeLessThanOrEqual(50);
    expect(label.description.length).toBeLessThanOrEqual(100);
    expect(label.color).toMatch(/^[0-9a-f]{6}$/);
  }
  expect(new Set(labelDefinitions.map(({ name }) => name)).size).toBe(labelDefinitions.length);
});
