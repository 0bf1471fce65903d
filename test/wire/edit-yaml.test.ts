import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply } from "../../src/core/plan/apply.ts";
import type { Specialist } from "../../src/core/task/specialist.ts";
import { formatEdit, parseEdit } from "../../src/wire/edit-yaml.ts";
import { formatPlan } from "../../src/wire/plan-yaml.ts";
import { samplePlan, sampleRecord, sampleTask } from "../core/plan/sample-plan.ts";
import { lawRuns } from "./law-runs.ts";

const plan = samplePlan({ T1: [], T2: ["T1"], T3: ["T2"] });
const record = sampleRecord({ lastKey: 5 });
const writer: Specialist = {
  name: "docs-writer",
  description: "Writes",
  keywords: ["docs", "guide"],
  instructions: "Write.",
  source: "built-in",
};
const from = { plan, record, revision: 2, specialists: [writer] };

describe("a whole plan as somebody wrote it", () => {
  test("the plan as it is shown reads back as it is", () => {
    expect(parseEdit(formatPlan(plan), from)).toEqual({ kind: "edit", ...plan });
    expect(parseEdit(formatEdit(plan, 2), from)).toEqual({ kind: "edit", ...plan });
  });

  test("what is left out stays, what is new gets a key, a specialist and the usual, what is missing goes", () => {
    const text = `tasks:
  - key: T3
    priority: high
    needs: [T7]
  - key: T1
    title: Another title
    needs:
  - title: Write the guide
    estimateMinutes: 20
  - key: T7
    title: Numbered
    needs: [T1]
`;
    const edit = parseEdit(text, from);
    expect(edit).toEqual({
      kind: "edit",
      goal: plan.goal,
      tasks: [
        { ...plan.tasks[2], priority: "high", needs: ["T7"] },
        { ...plan.tasks[0], title: "Another title", needs: [] },
        sampleTask("T8", {
          title: "Write the guide",
          description: "Write the guide",
          specialist: "docs-writer",
          estimateMinutes: 20,
        }),
        sampleTask("T7", { title: "Numbered", description: "Numbered", specialist: "docs-writer", needs: ["T1"] }),
      ],
    });
    expect(edit.kind === "edit" && apply({ plan, record }, edit)).toMatchObject({ kind: "changed", lastKey: 8 });
  });

  test.each([
    [
      "an unknown field",
      "tasks:\n  - key: T1\n    titel: x\n",
      /^line 3: one task has no field "titel"; there are key, title, /,
    ],
    [
      "an unknown field of the plan",
      "goals: x\ntasks: []\n",
      /^line 1: the plan has no field "goals"; there are revision, goal, tasks$/,
    ],
    [
      "a number for a title",
      "tasks:\n  - key: T1\n    title: 12\n",
      /^line 3: title must be text of at most 120 characters; numbers and yes or no stand in quotes$/,
    ],
    [
      "a title too long",
      `tasks:\n  - title: ${"x".repeat(121)}\n`,
      /^line 2: title must be text of at most 120 characters/,
    ],
    [
      "another priority",
      "tasks:\n  - key: T1\n    priority: urgent\n",
      /^line 3: priority must be one of: high, normal, low$/,
    ],
    [
      "a need that is not there",
      "tasks:\n  - key: T1\n  - key: T2\n    needs:\n      - T1\n      - T9\n",
      /^line 6: T9 is not in this text; it has T1 and T2$/,
    ],
    [
      "a word for a list",
      "tasks:\n  - key: T1\n    needs: T2\n",
      /^line 3: needs must be a list of at most 50 keys like \[T1, T2\]$/,
    ],
    ["a word for a key", "tasks:\n  - key: first\n", /^line 2: key must be a key like T1$/],
    [
      "a word for minutes",
      "tasks:\n  - key: T1\n    timeoutMinutes: long\n",
      /^line 3: timeoutMinutes must be a number of minutes above 0 and at most 1440$/,
    ],
    ["a key twice", "tasks:\n  - key: T1\n  - key: T1\n", /^line 3: T1 is there twice; every key is used once$/],
    [
      "a key that was there once",
      "tasks:\n  - key: T1\n  - key: T4\n    title: x\n",
      /^line 3: T4 is not in this plan any more, and a key is never given twice; leave the key out for a new task, or write T6$/,
    ],
    ["a key far above", "tasks:\n  - key: T999\n    title: x\n", /^line 2: T999 is too far above T5/],
    [
      "a new task without a title",
      "tasks:\n  - key: T6\n",
      /^line 2: T6 is not in this plan, which has T1 to T3; a new task needs a title$/,
    ],
    ["a nameless task", "tasks:\n  - priority: high\n", /^line 2: a task without a key is new and needs a title$/],
    ["no list of tasks", "tasks: T1\n", /^line 1: tasks must be the list of all tasks, those that stay too$/],
    ["only a goal", "goal: x\n", /^line 1: tasks must be the list of all tasks, those that stay too$/],
    ["words for a task", "tasks:\n  - Write docs\n", /^line 2: a task must be one task, a mapping with some of: key, /],
    ["a list", "- key: T1\n", /^line 1: the text must be the plan, a mapping with some of: revision, goal, tasks$/],
    [
      "the text of an earlier revision",
      "revision: 1\ntasks: []\n",
      /^line 1: this text is of r1, the plan is at r2: write \/edit again$/,
    ],
    ["a word for the revision", "revision: r2\ntasks: []\n", /^line 1: revision must be the number of the revision/],
    ["nothing", "", /^line 1: the text must be the plan/],
    [
      "a broken line",
      "tasks:\n  - title: a: b\n",
      /^line 2: .+ \(text that holds ": ", "#" or "\[" stands in quotes\)$/,
    ],
    ["too many tasks", `tasks:\n${"  - title: x\n".repeat(251)}`, /^line 2: tasks may hold at most 250$/],
    ["brackets without end", "[".repeat(24_000), /^line 1: nested deeper than 64 levels$/],
    ["too much text", `goal: ${"x".repeat(300_000)}`, /^line 1: it is larger than 256 kB$/],
    ["too many entries", "- a\n".repeat(6_000), /^line 5001: more than 5000 entries$/],
  ])("%s is refused in one line that names the place and what would be right", (_, text, reason) => {
    const refusal = parseEdit(text, from);
    expect(refusal).toMatchObject({ kind: "refused", reason: expect.stringMatching(reason) });
  });

  test("whatever is written, the answer is an edit that can be judged, or one line", () => {
    const line = fc.constantFrom(
      "goal: x",
      "tasks:",
      "  - key: T1",
      "  - title: Write",
      "    needs: [T1]",
      "    needs: [T1, T9]",
      "    acceptance:",
      "      - it works",
      "    title: [",
      "    touches: {a: b}",
      "    estimateMinutes: 1e9",
      "  - &a {key: T2}",
      "  - *a",
      "    <<: *a",
      "? x",
      "__proto__: {a: b}",
      "\t- x",
      "...",
      "--- ",
      "!!binary aGk=",
    );
    const text = fc.oneof(
      fc.array(line, { maxLength: 12, size: "max" }).map((lines) => lines.join("\n")),
      fc.string({ unit: "binary", maxLength: 60 }),
    );
    fc.assert(
      fc.property(text, (yaml) => {
        const edit = parseEdit(yaml, from);
        if (edit.kind === "refused") {
          expect(edit.reason).toMatch(/^line \d+: [^\n]+$/);
          return;
        }
        const applied = apply({ plan, record }, edit);
        expect(["changed", "refused"]).toContain(applied.kind);
      }),
      { numRuns: lawRuns(400) },
    );
  });
});
