import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply } from "../../src/core/plan/apply.ts";
import { decompose } from "../../src/planner/keywords/decompose.ts";
import { thingsIn } from "../../src/planner/keywords/things.ts";
import { isSpecialist, specialistFor, specialists } from "../../src/planner/specialists.ts";

describe("planning by keywords", () => {
  test.each([
    [
      "Build a REST API with authentication",
      6,
      ["Build the API endpoints with validation and errors", "Build authentication and authorization"],
    ],
    [
      "Create an ETL pipeline to process daily sales data from S3 to Snowflake",
      7,
      ["Extract the data from S3", "Load the data to Snowflake"],
    ],
    ["Build a customer churn prediction system", 7, ["Train and evaluate the model", "Serve predictions"]],
    [
      "Convert monolithic app to microservices with user, order, and payment services",
      8,
      ["Build the user service", "Build the order service", "Build the payment service"],
    ],
    ["Let measure convert weight, temperature and volume", 6, ["Build weight", "Build temperature", "Build volume"]],
    [
      "Add a chat page\n\n- message list\n- typing indicator\n- file upload",
      7,
      ["Build the user interface", "Build typing indicator"],
    ],
    ["Add OAuth login", 4, ["Build authentication and authorization"]],
    ["Support Esperanto", 4, ["Support Esperanto"]],
    ["Fix the crash on start", 3, ["Fix the crash on start"]],
  ])("%s", (goal, count, titles) => {
    const tasks = decompose(goal);
    expect(tasks.map(({ title }) => title)).toEqual(expect.arrayContaining(titles));
    expect(tasks).toHaveLength(count);
  });

  test("design comes first, the parts side by side, testing last and after them all", () => {
    const tasks = decompose("Convert monolithic app to microservices with user, order, and payment services");
    const [first, ...rest] = tasks;
    const last = rest.pop();
    expect(first).toMatchObject({ key: "T1", phase: "design", needs: [] });
    for (const task of rest) expect(task).toMatchObject({ phase: "implementation", needs: ["T1"] });
    expect(last).toMatchObject({ phase: "testing", specialist: "test-engineer", needs: rest.map(({ key }) => key) });
  });

  test("any goal gives a valid plan with known specialists, always the same", () => {
    const goal = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 400 }),
      fc
        .array(
          fc.constantFrom(
            "build",
            "api",
            "with",
            ",",
            "and",
            "from",
            "to",
            "\n- ",
            "services",
            "etl",
            "predict",
            "ui",
            ".",
            "x".repeat(200),
          ),
          { maxLength: 60 },
        )
        .map((words) => words.join(" ")),
    );
    fc.assert(
      fc.property(
        goal.filter((text) => text.trim() !== ""),
        (text) => {
          const tasks = decompose(text);
          expect(apply(undefined, { kind: "plan", goal: text, tasks })).toMatchObject({ kind: "changed" });
          for (const { specialist } of tasks) expect(isSpecialist(specialist)).toBe(true);
          expect(decompose(text)).toEqual(tasks);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test.each([
  ["Build it with search, filters and export", ["search", "filters", "export"]],
  ["Add the login and logout pages", []],
  ["Do one thing", []],
  ["Write a, b, and c modules", ["the a module", "the b module", "the c module"]],
])("the things in %j", (goal, things) => {
  expect(thingsIn(goal)).toEqual(things);
});

test("specialists are found by their words", () => {
  expect(
    ["Write the README", "React form", "Terraform for AWS", "Sort a list", "Add tests"].map(specialistFor),
  ).toEqual([
    "docs-writer",
    "frontend-ui-engineer",
    "aws-cloud-architect",
    "backend-systems-engineer",
    "test-engineer",
  ]);
  expect(new Set(specialists.map(({ name }) => name)).size).toBe(12);
});
