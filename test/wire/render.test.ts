import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlanState, PlanStatus, Proposal, Revision } from "../../src/core/plan/plan.ts";
import { noUsage } from "../../src/core/plan/plan.ts";
import type { TaskProgress } from "../../src/core/queue/progress.ts";
import type { RunRecord } from "../../src/core/run/run.ts";
import { phaseMarks } from "../../src/core/task/marker.ts";
import type { Specialist } from "../../src/core/task/specialist.ts";
import { noSandbox } from "../../src/sandbox/none.ts";
import { formatDuration, formatUsage } from "../../src/wire/amounts.ts";
import { parseCommands } from "../../src/wire/commands/parse-commands.ts";
import { labelDefinition, labelDefinitions } from "../../src/wire/labels.ts";
import { formatPhaseIssue, formatPhaseTitle } from "../../src/wire/phase-issue.ts";
import { formatPlanSummary } from "../../src/wire/plan-summary.ts";
import { formatPlan, planHash } from "../../src/wire/plan-yaml.ts";
import { formatPullBody, formatPullTitle } from "../../src/wire/pull-body.ts";
import { formatGraph } from "../../src/wire/render/graph.ts";
import { ledgerFileUrl } from "../../src/wire/render/page.ts";
import { formatPlanComment, formatPlanDetails } from "../../src/wire/render/plan-comment.ts";
import { formatPlanList } from "../../src/wire/render/plan-list.ts";
import { findAnswerMarker, findPlanMarker, formatAnswerMarker } from "../../src/wire/render/plan-marker.ts";
import { formatProposalText } from "../../src/wire/render/proposal-text.ts";
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
const ledgerUrl = ledgerFileUrl("https://github.com/acme/app/issues/7", "plans/7/plan.yaml") ?? "";
const approval = { revision: 3, hash: state.hash, by: "ada", comment: 5, at: "2026-01-01T00:00:00Z" };

describe("the plan comment", () => {
  test("says what is planned and how to answer", () => {
    const text = formatPlanComment({ state, progress, ledgerUrl });
    expect(text).toContain("## Plan r3: a draft, waiting for approval");
    expect(text).toContain("| **T1** | Design the flow | specifications-engineer | – | – |");
    expect(text).toContain("| **T2** | Write the API (high priority) | backend-systems-engineer | T1 | – |");
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

  test("an approved plan says how far each task is", () => {
    const approved = { ...state, record: { ...state.record, status: { kind: "approved" as const, approval } } };
    const text = formatPlanComment({ state: approved, progress });
    expect(text).toContain("| **T1** | Design the flow | specifications-engineer | – | done | #8 | #12 |");
    expect(text).toContain(
      "| **T2** | Write the API (high priority) | backend-systems-engineer | T1 | running by anthropic on w1, attempt 2 of 3: verifying | #9 | – |",
    );
  });

  test("where only the prefixed form counts it is the form shown", () => {
    expect(formatPlanComment({ state, progress: [], prefixed: true })).toContain("`/coppice approve r3`");
  });

  test("whatever a plan of 250 tasks holds, the comment fits, keeps every row and says what it leaves out", () => {
    const nasty = fc.constantFrom("|", "[", "@a ", "<a", "\\", "x", "\u{1f600}", "closes #1 ", "`", "_");
    const piece = (length: number) => nasty.map((text) => text.repeat(length).slice(0, length));
    const big = fc.record({
      title: piece(120),
      specialist: piece(80),
      path: piece(300),
      line: piece(500),
      long: piece(500),
      wide: fc.boolean(),
    });
    fc.assert(
      fc.property(big, ({ title, specialist, path, line, long, wide }) => {
        const tasks = Array.from({ length: 250 }, (_, n) =>
          sampleTask(`T${n + 900_000}`, {
            title: `t${title}`.slice(0, 120),
            specialist: `s${specialist}`.slice(0, 80),
            touches: [`${path}`, "src"],
            needs: wide && n >= 50 ? Array.from({ length: 50 }, (_, at) => `T${at + 900_000}` as const) : [],
            estimateMinutes: 7.5,
          }),
        );
        const changed = tasks.map((task) => ({ ...task, title: `u${task.title}`.slice(0, 120), needs: [] }));
        const questions = Array.from({ length: 20 }, (_, n) => ({
          number: n + 1,
          text: long,
          ...(n % 2 === 0 ? { answer: { by: long.slice(0, 39), at: "", comment: 1, text: long } } : {}),
        }));
        const revisions = Array.from({ length: 50 }, (_, n) => ({
          revision: n,
          hash: "",
          by: long.slice(0, 39),
          at: "",
          summary: long,
        }));
        const full: PlanState = {
          ...state,
          plan: { goal: `g${line.repeat(7)}`, tasks },
          amendment: { plan: { goal: "other", tasks: changed }, hash: "b".repeat(64) },
          proposal: {
            number: 1,
            revision: 3,
            changes: tasks.slice(0, 20).map(({ key }) => ({ kind: "remove", key })),
            comment: 1,
            at: approval.at,
          },
          record: {
            ...state.record,
            planner: long.slice(0, 200),
            questions,
            revisions,
            status: { kind: "approved", approval },
          },
        };
        const lines = tasks.map(
          (task): TaskProgress => ({
            key: task.key,
            state: "running",
            ready: false,
            issue: 1_234_567_890,
            pull: { number: 1_234_567_890, url: "u" },
            worker: line.slice(0, 200),
            agent: line.slice(0, 80),
            attempt: 9,
            attempts: 10,
            line,
          }),
        );
        const page = { state: full, progress: lines, ledgerUrl, notice: line };
        const text = formatPlanComment(page);
        expect(text.length).toBeLessThanOrEqual(60_000);
        expect(text.split("\n").filter((one) => one.startsWith("| **T9"))).toHaveLength(250);
        expect(text).toContain("`/approve r3`");
        expect(text).toContain(`All of it is in [plan.yaml](${ledgerUrl})`);
        expect(text.split("\n").at(-1)).toMatch(/^<sub>Revision 3 .*<\/sub>$/);
        const details = formatPlanDetails(page);
        expect(details.length).toBeLessThanOrEqual(60_000);
        expect(details).toContain("`/approve r3`");
        expect(details).toContain("#### T900000 t");
      }),
      { numRuns: 10 },
    );
  });

  test("there is no graph where nothing waits for anything", () => {
    const tasks = [sampleTask("T1"), sampleTask("T2")];
    const text = formatPlanComment({ state: { ...state, plan: { goal: "g", tasks } }, progress: [] });
    expect(text).not.toMatch(/mermaid|What waits for what|left out/);
  });

  test("a plan of a hundred plain tasks needs nothing left out", () => {
    const tasks = Array.from({ length: 100 }, (_, n) =>
      sampleTask(`T${n + 1}`, { title: "Store sessions in PostgreSQL", needs: n > 0 ? [`T${n}`] : [] }),
    );
    const text = formatPlanComment({ state: { ...state, plan: { goal: "g", tasks } }, progress: [] });
    expect(text).toContain("```mermaid");
    expect(text).not.toContain("Too long");
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
        const next = sampleTask("T2", { title, needs: ["T1"] });
        const bad = {
          goal: `g ${two}`,
          tasks: [sampleTask("T1", { title, description: three, acceptance: [two] }), next],
        };
        const amended = {
          ...bad,
          goal: `h ${three}`,
          tasks: [sampleTask("T1", { title: `${title}.`, touches: [two] }), next],
        };
        const change = { kind: "modify" as const, key: "T1" as const, change: { title: two, touches: [one, three] } };
        const page = {
          state: {
            ...state,
            plan: bad,
            amendment: { plan: amended, hash: state.hash },
            proposal: { number: 1, revision: 1, changes: [change], comment: 1, at: approval.at },
            record: {
              ...state.record,
              status: { kind: "approved" as const, approval: { ...approval, by: one } },
              questions: [
                { number: 1, text: one },
                { number: 2, text: two, answer: { by: "ada", at: "", comment: 1, text: three } },
              ],
              revisions: [1, 2].map((revision) => ({ revision, hash: "", by: one, at: "", summary: three })),
            },
          },
          progress: [{ ...progress[1], key: "T1" as const, line: three } as TaskProgress],
        };
        for (const text of [
          formatPlanComment(page),
          formatPlanDetails(page),
          formatProposalText(page.state.proposal, bad),
          formatPlanList([{ state: page.state }]),
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

describe("what waits for people", () => {
  const draft = sampleRecord({ issue: 7, revision: 3, revisions: revisionsUpTo(3) });

  test("open questions stand before all else and the approval says so; settled ones take no room", () => {
    const answer = { by: "bob", at: "", comment: 1, text: "GitHub only" };
    const questions = [
      { number: 1, text: "Which provider?", answer },
      { number: 2, text: "Old?", waived: true as const },
      { number: 3, text: "Keep passwords?" },
    ];
    const text = formatPlanComment({ state: { ...state, record: { ...draft, questions } }, progress: [] });
    expect(text).toContain(
      "### To be answered first\n\n- [x] **Q1** Which provider? *GitHub only* (bob)\n- [ ] **Q3** Keep passwords?\n",
    );
    expect(text).toContain("**To go on**, answer what is open (`/answer Q3 <text>`), then write `/approve r3`;");
    const settled = questions.slice(0, 2);
    const quiet = formatPlanComment({ state: { ...state, record: { ...draft, questions: settled } }, progress: [] });
    expect(quiet).not.toContain("Q1");
    expect(quiet).toContain("**To go on**, write `/approve r3`.");
    expect(
      formatPlanDetails({ state: { ...state, record: { ...draft, questions: settled } }, progress: [] }),
    ).toContain("#### Questions\n\n- [x] **Q1** Which provider? *GitHub only* (bob)\n\n");
  });

  test("an amendment says in words what it adds, changes and removes, by whom, and how to take it or leave it", () => {
    const [first = sampleTask("T1")] = plan.tasks;
    const amendment = {
      plan: {
        goal: plan.goal,
        tasks: [
          { ...first, title: "Design it", needs: [], estimateMinutes: 90 },
          sampleTask("T3", { title: "Docs", needs: ["T1"] }),
        ],
      },
      hash: "b".repeat(64),
    };
    const record = { ...draft, status: { kind: "approved" as const, approval: { ...approval, revision: 2 } } };
    const text = formatPlanComment({ state: { ...state, record, amendment }, progress, ledgerUrl, prefixed: true });
    expect(text).toContain("## Plan r2: approved by ada, in progress; amendment r3 waits for approval\n");
    expect(text).toContain(
      [
        "### Amendment r3 by eve waits for approval",
        "",
        "- adds **T3** Docs (backend-systems-engineer, after T1)",
        "- changes **T1** Design the flow: title “Design the flow” → “Design it”; estimate none → 1 h 30 min",
        "- removes **T2** Write the API",
        "",
      ].join("\n"),
    );
    expect(text).toContain("/plans/7/amendment.yaml) `bbbbbbbbbbbb`");
    expect(text).toContain("**To take the amendment**, write `/coppice approve r3`. `/coppice undo` takes r3 back.");
    expect(text).toContain("| **T2** | Write the API (high priority) |");
    expect(findPlanMarker(text)).toEqual({ plan: 7, revision: 3, hash: amendment.hash });
  });

  test("a proposal is named with its command, and told in full with old and new", () => {
    const proposal: Proposal = {
      number: 4,
      revision: 3,
      comment: 1,
      at: "",
      changes: [
        { kind: "modify", key: "T2", change: { needs: [], priority: "normal", title: "Write the API" } },
        {
          kind: "split",
          key: "T1",
          parts: [sampleTask("T1", { title: "Flow" }), sampleTask("T2", { title: "Words", needs: ["T1"] })],
        },
        { kind: "add", task: sampleTask("T1", { title: "Docs", needs: ["T2"] }) },
        { kind: "add", task: sampleTask("T1", { title: "More docs" }) },
      ],
    };
    const text = formatPlanComment({ state: { ...state, record: draft, proposal }, progress: [] });
    expect(text).toContain("**Proposal P4** changes T2, splits T1, adds 2 tasks: `/accept p4` takes it.\n");
    expect(formatProposalText(proposal, plan, { prefixed: true })).toBe(
      [
        "**Proposal P4** for r3:",
        "",
        "- changes **T2** Write the API: waits for T1 → nothing; priority high → normal",
        "- splits **T1** Design the flow into:",
        "  1. Flow (backend-systems-engineer): description “What T1 does.”",
        "  2. Words (backend-systems-engineer, after 1): description “What T2 does.”",
        "- adds Docs (backend-systems-engineer, after T2): description “What T1 does.”",
        "- adds More docs (backend-systems-engineer): description “What T1 does.”",
        "",
        "`/coppice accept p4` takes it.",
      ].join("\n"),
    );
  });

  test("a long proposal is cut and says so", () => {
    const changes = Array.from({ length: 20 }, () => ({
      kind: "plan" as const,
      goal: "g",
      tasks: Array.from({ length: 100 }, (_, n) => sampleTask(`T${n + 1}`, { title: "|".repeat(120) })),
    }));
    const text = formatProposalText({ number: 1, revision: 1, changes }, plan);
    expect(text.length).toBeLessThan(21_000);
    expect(text).toContain("- … and more\n\n`/accept p1` takes it. Not all of it is shown here");
  });

  test("a proposal shows what a task says, and how much of it is not shown", () => {
    const more = { description: "Do it", acceptance: ["tests pass", "docs too"], touches: ["src/a"] };
    const add = { kind: "add", task: sampleTask("T1", { title: "Docs", ...more }) } as const;
    expect(formatProposalText({ number: 1, revision: 1, changes: [add] }, plan)).toContain(
      "- adds Docs (backend-systems-engineer): description “Do it”; acceptance tests pass, docs too; touches src/a\n\n`/accept p1` takes it.",
    );
    const description = `${"Fine. ".repeat(300)}A trap`;
    const changes = [{ kind: "modify", key: "T1", change: { description } } as const];
    const text = formatProposalText({ number: 1, revision: 1, changes }, plan, { ledgerUrl: "https://x/plan.yaml" });
    expect(text).toContain("” … and 806 more characters\n");
    expect(text).toContain("the whole is in [proposal.yaml](https://x/proposal.yaml) of the ledger.");
  });

  test("tasks that could get into each other's way are told while that can be changed, with what to write", () => {
    const tasks = [
      sampleTask("T1", { touches: ["src/a.ts"] }),
      sampleTask("T2", { touches: ["src/"] }),
      sampleTask("T3", { touches: ["src/a.ts"], needs: ["T2"], estimateMinutes: 45 }),
      sampleTask("T4", { estimateMinutes: 30 }),
    ];
    const page = { state: { ...state, record: draft, plan: { goal: "g", tasks } }, progress: [] };
    const text = formatPlanComment(page);
    expect(text).toContain(
      "- T1 and T2 both touch src/a.ts and may run side by side: `/modify T2 after T1` puts them in order\n- T1 and T3 both touch src/a.ts and may run side by side: `/modify T3 after T2,T1` puts them in order\n",
    );
    expect(text).toContain(
      "\n4 tasks (2 without an estimate), about 1 h 15 min of work, 45 min when they run side by side.\n",
    );
    const record = { ...draft, status: { kind: "approved" as const, approval } };
    expect(formatPlanComment({ ...page, state: { ...page.state, record } })).not.toContain("side by side:");
  });

  test("a task that somebody else may know better is told where those who could do it are known", () => {
    const known = (name: string, keywords: readonly string[]): Specialist => ({
      name,
      description: name,
      keywords,
      instructions: "",
      source: "built-in",
    });
    const specialists = [known("backend-systems-engineer", ["api"]), known("docs-writer", ["guide", "docs"])];
    const tasks = [
      sampleTask("T1", { title: "Write the guide and the docs" }),
      sampleTask("T2", { title: "Write the API" }),
    ];
    const draftOf: PlanState = { ...state, record: draft, plan: { goal: "g", tasks } };
    const text = formatPlanComment({ state: draftOf, progress: [], specialists, prefixed: true });
    expect(text).toContain(
      "\n- T1 is given to backend-systems-engineer; docs-writer may know it better: `/coppice assign T1 docs-writer`\n",
    );
    expect(text).not.toContain("T2 is given");
    expect(formatPlanComment({ state: draftOf, progress: [] })).not.toContain("know it better");
  });

  test("what can be written is what the state allows", () => {
    const told = (status: PlanStatus, prefixed = false): string =>
      formatPlanComment({ state: { ...state, record: { ...draft, status } }, progress: [], prefixed })
        .split("\n")
        .at(-3) ?? "";
    expect(told({ kind: "draft" })).toBe(
      "**To go on**, write `/approve r3`. **To change it**: `/add <title> after T1`, `/modify T2 <what>`, `/split T2`, `/remove T2`, `/discuss <text>`, `/undo`. `/view` shows the descriptions, `/help` everything else.",
    );
    expect(told({ kind: "approved", approval }, true)).toBe(
      "`/coppice status` says what runs now, `/coppice amend add <title>` and the like change what has not been started, `/coppice help` shows what else there is.",
    );
    expect(told({ kind: "cancelled", by: "ada", at: "" })).toBe("`/plan <goal>` begins a new plan.");
    const one = {
      ...state,
      plan: { goal: "g", tasks: plan.tasks.slice(0, 1) },
      record: { ...draft, revision: 1, revisions: revisionsUpTo(1) },
    };
    expect(formatPlanComment({ state: one, progress: [] })).not.toMatch(/\/remove|\/undo/);
  });

  test("our own commands are shown as they are written", () => {
    const page = { state: { ...state, record: draft }, progress: [], notice: "write /approve r3 again" };
    for (const text of [formatPlanComment(page), formatPlanDetails(page), formatPlanList([])]) {
      expect(text).not.toMatch(/\p{Cf}/u);
    }
    expect(formatPlanComment(page)).toContain("**Note:** write /approve r3 again\n");
    const record = { ...draft, status: { kind: "approved" as const, approval } };
    expect(formatPlanComment({ ...page, state: { ...state, record } })).toContain(
      "**Nothing new starts:** write /approve r3 again\n",
    );
  });
});

test("who approved which revision, when and by which comment is in the last line", () => {
  const approved = { ...state, record: { ...state.record, status: { kind: "approved" as const, approval } } };
  expect(formatPlanComment({ state: approved, progress: [], ledgerUrl })).toContain(
    "r3 approved by ada on [2026-01-01 00:00 UTC](https://github.com/acme/app/issues/7#issuecomment-5)",
  );
});

test("the list of plans has the newest first and says what each is at", () => {
  const at = (issue: number, status: PlanStatus): PlanState => ({
    ...state,
    record: { ...state.record, issue, status },
  });
  const amendment = { plan, hash: state.hash };
  const text = formatPlanList([
    { state: at(7, { kind: "draft" }) },
    { state: { ...at(9, { kind: "approved", approval: { ...approval, revision: 2 } }), amendment }, done: 1 },
    { state: at(8, { kind: "cancelled", by: "ada", at: "" }) },
  ]);
  expect(text.split("\n").slice(2)).toEqual([
    "| #9 | Add OAuth login | r2, approved by ada, amendment r3 waits | 1 of 2 done |",
    "| #8 | Add OAuth login | cancelled | 2 |",
    "| #7 | Add OAuth login | r3, a draft | 2 |",
  ]);
  expect(formatPlanList([], { prefixed: true })).toContain("`/coppice plan <goal>`");
});

function revisionsUpTo(last: number): readonly Revision[] {
  return Array.from({ length: last }, (_, n) => ({
    revision: n + 1,
    hash: "",
    by: "eve",
    at: "",
    summary: `change ${n + 1}`,
  }));
}

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
    sandbox: noSandbox.name,
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

test("the summary of the largest plan keeps every row whole", () => {
  const tasks = Array.from({ length: 250 }, (_, n) => sampleTask(`T${n + 900_000}`, { title: "|".repeat(120) }));
  const lines = tasks.map(
    ({ key }): TaskProgress => ({
      ...{ key, state: "dropped", ready: false, attempts: 3, line: "" },
      ...{ issue: 1_234_567_890, pull: { number: 1_234_567_890, url: "u" } },
    }),
  );
  const text = formatPlanSummary({ state: { ...state, plan: { goal: "|".repeat(4_000), tasks } }, progress: lines });
  expect(text.length).toBeLessThan(60_000);
  expect(text.split("\n").filter((line) => /^\| \*\*T9\d+\*\* .* \| #1234567890 \|$/.test(line))).toHaveLength(250);
});

test("a phase parent says what it is and whose, and is no task", () => {
  expect(formatPhaseTitle("implementation-2", { goal: "Add\n@ada <b>login" })).toBe(
    `Implementation (2): Add @\u200bada <\u200bb>login`,
  );
  expect(formatPhaseTitle("design", { goal: "x".repeat(4_000) })).toHaveLength(200);
  const body = formatPhaseIssue("design", { plan: 7 });
  expect(body).toMatch(/^<!-- coppice:plan=7;phase=design -->\nPart of #7:/);
  expect(parseTaskIssue(body)).toBeUndefined();
  expect(phaseMarks.find(body)).toEqual({ plan: 7, key: "design" });
  expect(phaseMarks.find("<!-- coppice:plan=7;phase=review -->")).toBeUndefined();
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
