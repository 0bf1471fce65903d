import { describe, expect, test } from "vitest";
import type { Specialist } from "../../../src/core/task/specialist.ts";
import { specialistDoubt, specialistFor } from "../../../src/core/task/specialist.ts";
import { builtInSpecialists } from "../../../src/planner/specialists.ts";

const builtIn = await builtInSpecialists();

const rust: Specialist = {
  name: "rust-expert",
  description: "Writes Rust.",
  keywords: ["rust", "cargo"],
  instructions: "",
  source: ".claude/agents/rust-expert.md",
};

describe("the specialist for a task", () => {
  test.each([
    ["Write the README", "docs-writer"],
    ["Document the API", "docs-writer"],
    ["Write REST API documentation", "docs-writer"],
    ["React form", "frontend-ui-engineer"],
    ["Build the login form with validation", "frontend-ui-engineer"],
    ["Terraform for AWS", "aws-cloud-architect"],
    ["Deploy the API to Kubernetes", "aws-cloud-architect"],
    ["Sort a list", "backend-systems-engineer"],
    ["Add tests", "test-engineer"],
    ["Add tests for the data pipeline", "test-engineer"],
    ["Test the login form", "test-engineer"],
    ["Build a REST API with tests", "backend-systems-engineer"],
    ["Add OAuth login", "backend-systems-engineer"],
    ["Refactor the parser", "backend-systems-engineer"],
    ["Audit the session handling", "code-reviewer"],
    ["Design the public interface", "specifications-engineer"],
    ["Train and evaluate the churn model", "ml-systems-architect"],
    ["Build a customer churn prediction system", "ml-systems-architect"],
    ["Extract daily sales data from S3", "data-pipeline-engineer"],
    ["Create an ETL pipeline to process daily sales data from S3 to Snowflake", "data-pipeline-engineer"],
    ["Report weekly active users", "data-science-analyst"],
    ["Design the database schema and migrations", "data-architect-governance"],
    ["Delete personal data after 30 days (GDPR)", "data-architect-governance"],
    ["Write the prompts for the support chatbot", "llm-architect"],
    ["認証付きREST APIを作る", "backend-systems-engineer"],
    ["README.mdのドキュメントを直す", "docs-writer"],
    ["Baue eine Anmeldung mit OAuth", "backend-systems-engineer"],
    ["Schreibe die Dokumentation für die API", "docs-writer"],
    ["", "backend-systems-engineer"],
  ])("%j is %s", (text, name) => {
    expect(specialistFor(text, builtIn)).toBe(name);
  });

  test("is one of the repository's where its words are found, and the first where nobody fits", () => {
    expect(specialistFor("Speed up the cargo build", [rust, ...builtIn])).toBe("rust-expert");
    expect(specialistFor("Something else", [rust])).toBe("rust-expert");
    expect(specialistFor("Something else", [])).toBe("backend-systems-engineer");
  });

  test("is not found inside other words, but in plurals and after a star", () => {
    const only = (keyword: string): Specialist => ({ ...rust, name: "it", keywords: [keyword] });
    const found = (text: string, keyword: string) => specialistFor(text, [...builtIn, only(keyword)]) === "it";
    expect(found("the trusty thing", "rust")).toBe(false);
    expect(found("two widgetoids", "widgetoid")).toBe(true);
    expect(found("foobarization", "foobar")).toBe(false);
    expect(found("foobarization", "foobar*")).toBe(true);
    expect(found("anything", "*")).toBe(false);
    expect(found("anything", "")).toBe(false);
    expect(found("use x.y(z)", "x.y(")).toBe(true);
  });
});

describe("a doubt about the specialist chosen", () => {
  const task = (title: string, specialist: string, description = "") => ({ title, specialist, description });

  test.each([
    [task("Build the React dashboard page", "data-pipeline-engineer"), "frontend-ui-engineer"],
    [task("Build the React dashboard page", "frontend-ui-engineer"), undefined],
    [task("Build the React dashboard page", "data-pipeline-engineer", "It shows the ETL runs."), undefined],
    [task("Build the React dashboard page", "nobody-known"), "frontend-ui-engineer"],
    [task("Sort the list", "docs-writer"), undefined],
    [task("Do the thing", "aws-cloud-architect"), undefined],
  ])("%j: %s", (one, name) => {
    expect(specialistDoubt(one, builtIn)).toBe(name);
  });
});
