import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply } from "../../../src/core/plan/apply.ts";
import { findCycle } from "../../../src/core/plan/order.ts";
import { planProblems } from "../../../src/core/plan/validate.ts";
import type { PlannedTask } from "../../../src/core/task/task.ts";
import { decompose } from "../../../src/planner/keywords/decompose.ts";
import { cutUp } from "../../../src/planner/keywords/split.ts";
import { builtInSpecialists } from "../../../src/planner/specialists.ts";

const specialists = await builtInSpecialists();

function task(title: string, more: Partial<PlannedTask> = {}): PlannedTask {
  return {
    ...{ key: "T2", title, description: "Do it.", acceptance: [], specialist: "backend-systems-engineer" },
    ...{
      phase: "implementation",
      needs: ["T1"],
      priority: "high",
      touches: [],
      estimateMinutes: 45,
      timeoutMinutes: 60,
    },
    ...more,
  };
}

function split(one: PlannedTask, text = "", into?: number): readonly string[] {
  const cut = cutUp({ task: one, text, ...(into === undefined ? {} : { into }), specialists });
  if (cut.kind === "refused") return [cut.reason];
  return cut.parts.map(({ title, needs }) => (needs.length === 0 ? title : `${title} <- ${needs.join(" ")}`));
}

describe("splitting without a model", () => {
  test.each<[string, number | undefined, readonly string[]]>([
    [
      "Build the user, order and payment services",
      undefined,
      ["Build the user service", "Build the order service", "Build the payment service"],
    ],
    [
      "Build the user, order and payment services",
      2,
      ["Build the user service and the order service", "Build the payment service"],
    ],
    ["Convert weight, temperature and volume", undefined, ["Convert weight", "Convert temperature", "Convert volume"]],
    ["Build authentication and authorization", undefined, ["Build authentication", "Build authorization"]],
    ["Validate and transform the data", undefined, ["Validate the data", "Transform the data <- T1"]],
    ["Schedule runs, retry failures and raise alarms", undefined, ["Schedule runs", "Retry failures", "Raise alarms"]],
    ["Set up builds and deployment", undefined, ["Set up builds", "Set up deployment"]],
    [
      "Build the API endpoints with validation and errors",
      3,
      ["Build the API endpoints", "Add validation to the API endpoints <- T1", "Add errors to the API endpoints <- T1"],
    ],
    [
      "Build a REST API",
      undefined,
      ["Build the data model and storage", "Build the API endpoints with validation and errors <- T1"],
    ],
    [
      "Sort a list",
      undefined,
      ["Make the plain case work: Sort a list", "Handle errors and limits: Sort a list <- T1"],
    ],
    [
      "Sort a list",
      3,
      [
        "Put the interface and its types in place: Sort a list",
        "Make the plain case work: Sort a list <- T1",
        "Handle errors and limits: Sort a list <- T2",
      ],
    ],
    [
      "Sort a list",
      5,
      ["I find no 5 parts in T2; without a language model write how: `/split T2` followed by a list of the parts"],
    ],
    [
      "Build authentication and authorization",
      7,
      [
        "I find no 7 parts in T2 (I see Build authentication and Build authorization); without a language model write how: `/split T2` followed by a list of the parts",
      ],
    ],
    ["Sort a list", 1, ["T2 can be split into 2 to 20 parts, not 1"]],
    ["Sort a list", 40, ["T2 can be split into 2 to 20 parts, not 40"]],
  ])("%s, into %s", (title, into, parts) => {
    expect(split(task(title), "", into)).toEqual(parts);
  });

  test.each<[string, number | undefined, readonly string[]]>([
    ["- the parser\n- the printer\n  1. with colours", undefined, ["The parser", "The printer"]],
    ["1. read\n2. sort\n3. write", 3, ["Read", "Sort", "Write"]],
    ["the parser\nthe printer", undefined, ["The parser", "The printer"]],
    ["into parser, printer and the tests", undefined, ["Parser", "Printer", "The tests"]],
    ["3 parts: parser; printer; checker, with care", undefined, ["Parser", "Printer", "Checker, with care"]],
    ["1) one 2) two 3) three", undefined, ["One", "Two", "Three"]],
    [
      "first read the file, then sort it, then write it",
      undefined,
      ["Read the file", "Sort it <- T1", "Write it <- T2"],
    ],
    ["read -> sort", undefined, ["Read", "Sort <- T1"]],
    ["a; b; c", 2, ["3 parts are listed, but T2 was to be split into 2; write as many as you want"]],
    [
      "smaller please",
      undefined,
      [
        'no list of parts was read in "smaller please"; without a language model write how: `/split T2` followed by a list of the parts',
      ],
    ],
    [
      Array.from({ length: 30 }, (_, index) => `- part ${index}`).join("\n"),
      undefined,
      ["30 parts are listed; at most 20 are allowed"],
    ],
  ])("as told: %j, into %s", (text, into, parts) => {
    expect(split(task("Sort a list"), text, into)).toEqual(parts);
  });

  test("by what the task lists itself, but not by what the goal lists", () => {
    const description = "Needed:\n- the parser of dates\n- the printer\n\nThe goal: x\n- a\n- b\n- c";
    expect(split(task("Do it", { description }))).toEqual(["The parser of dates", "The printer"]);
  });

  test("by the places it touches, where nothing else is known", () => {
    const cut = cutUp({ task: task("Store sessions", { touches: ["src/a.ts", "src/b.ts"] }), text: "", specialists });
    expect(cut).toMatchObject({ kind: "cut", parts: [{ touches: ["src/a.ts"] }, { touches: ["src/b.ts"] }] });
  });

  test.each<[Partial<PlannedTask>, string, readonly string[]]>([
    [
      { phase: "testing", specialist: "test-engineer" },
      "Test it all together: Shop",
      ["Test what should work: Shop", "Test mistakes, limits and failures: Shop"],
    ],
    [{ specialist: "docs-writer" }, "Write the documentation", ["Write the reference", "Write a guide with examples"]],
    [
      { phase: "design", specialist: "specifications-engineer" },
      "Design: Shop",
      ["Find out what is there and what is needed: Shop", "Decide and write it down: Shop <- T1"],
    ],
  ])("by its nature: %j", (more, title, parts) => {
    expect(split(task(title, more))).toEqual(parts);
    const cut = cutUp({ task: task(title, more), text: "", specialists });
    if (cut.kind === "cut")
      for (const { specialist } of cut.parts) expect(specialist).toBe(more.specialist ?? specialist);
  });

  test("keeps what holds for the whole, shares out the rest, and calls others where they fit", () => {
    const acceptance = ["The login page is quick", "Tokens expire after an hour", "Nothing else changes"];
    const cut = cutUp({ task: task("Log people in", { acceptance }), text: "- login page\n- tokens", specialists });
    expect(cut).toMatchObject({
      kind: "cut",
      parts: [
        {
          key: "T1",
          specialist: "frontend-ui-engineer",
          priority: "high",
          timeoutMinutes: 60,
          estimateMinutes: 25,
          acceptance: ["The login page is quick", "Nothing else changes"],
        },
        {
          key: "T2",
          specialist: "backend-systems-engineer",
          phase: "implementation",
          acceptance: ["Tokens expire after an hour", "Nothing else changes"],
        },
      ],
    });
    if (cut.kind === "cut")
      for (const { description } of cut.parts) expect(description).toContain('one part of "Log people in"');
  });

  test.each([
    "Build a REST API with authentication",
    "Create an ETL pipeline to process daily sales data from S3 to Snowflake",
    "Convert monolithic app to microservices with user, order, and payment services",
    "Fix the crash on start",
    "Document the API",
  ])("every task of a plan of ours can be split in two, and the plan stays whole: %s", (goal) => {
    const tasks = decompose({ goal, specialists, maxTasks: 50 });
    const planned = apply(undefined, { kind: "plan", goal, tasks });
    if (planned.kind === "refused") throw new Error(planned.reason);
    const before = {
      plan: planned.plan,
      record: { status: { kind: "draft" as const }, lastKey: planned.lastKey, tasks: {} },
    };
    for (const one of planned.plan.tasks) {
      const cut = cutUp({ task: one, text: "", into: 2, specialists });
      if (cut.kind === "refused") throw new Error(cut.reason);
      const applied = apply(before, { kind: "split", key: one.key, parts: cut.parts });
      expect(applied).toMatchObject({ kind: "changed" });
      expect(applied.kind === "changed" && applied.plan.tasks).toHaveLength(planned.plan.tasks.length + 1);
    }
  });

  test("gives valid parts or a reason, never mere numbers, for any text", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 300 }),
      fc
        .array(
          fc.constantFrom(
            "a",
            "parser",
            ",",
            ";",
            "and",
            "then",
            "\n",
            "\n- ",
            "->",
            "1)",
            "with",
            "Build",
            "x".repeat(150),
            "\u202e",
          ),
          { maxLength: 40 },
        )
        .map((words) => words.join(" ")),
    );
    fc.assert(
      fc.property(text, text, fc.option(fc.integer({ min: -1, max: 30 }), { nil: undefined }), (title, how, into) => {
        const one = task(title.replace(/\s+/g, " ").trim().slice(0, 120) || "x", { description: how });
        const cut = cutUp({ task: one, text: how, ...(into === undefined ? {} : { into }), specialists });
        if (cut.kind === "refused") {
          expect(cut.reason).toMatch(/T2|parts/);
          return;
        }
        expect(planProblems({ goal: "x", tasks: cut.parts })).toEqual([]);
        expect(findCycle(cut.parts)).toBeUndefined();
        expect(cut.parts.length).toBeGreaterThan(1);
        if (into !== undefined) expect(cut.parts).toHaveLength(into);
        expect(cutUp({ task: one, text: how, ...(into === undefined ? {} : { into }), specialists })).toEqual(cut);
      }),
      { numRuns: 1_000 },
    );
  });
});
