import { describe, expect, it } from "vitest";
import { taskName } from "../../../src/cli/tasks/command.ts";
import { commandFor } from "../../../src/cli/tasks/submit.ts";

const nothing = { decompose: false };

describe("what submit writes", () => {
  it("is one line for a task of one line", () => {
    expect(commandFor("Fix the typo", nothing)).toBe("/coppice submit Fix the typo");
    expect(commandFor("Fix it", { ...nothing, agent: "docs-writer", priority: "high" })).toBe(
      "/coppice submit Fix it agent:docs-writer priority:high",
    );
  });

  it("carries further lines as a block", () => {
    expect(commandFor("Fix it\n\nIt is in README.md:\n```\nteh\n```", nothing)).toBe(
      "/coppice submit Fix it\n````\nIt is in README.md:\n```\nteh\n```\n````",
    );
  });

  it("is a goal as it was typed, below the line where it has several", () => {
    expect(commandFor("Greet people", { decompose: true })).toBe("/coppice submit --decompose Greet people");
    expect(commandFor("Greet\r\npeople  well", { decompose: true })).toBe(
      "/coppice submit --decompose\n```\nGreet\npeople  well\n```",
    );
  });

  it("keeps what looks like a tag in a title, as code", () => {
    expect(commandFor("Escape <script> in comments", { ...nothing, priority: "high" })).toBe(
      "/coppice submit Escape `<script>` in comments priority:high",
    );
    expect(commandFor("Escape `<b>` here", nothing)).toBe("/coppice submit Escape `<b>` here");
  });

  it("is refused before anything is created where the thread would refuse it", () => {
    expect(() => commandFor("x".repeat(121), nothing)).toThrow(/the title has 121 characters; at most 120/);
    expect(() => commandFor("x".repeat(4_001), { decompose: true })).toThrow(/the goal has 4001 characters/);
  });

  it("refuses options that are for one task alone", () => {
    expect(() => commandFor("Greet", { decompose: true, agent: "docs-writer" })).toThrow(/for one alone/);
  });
});

describe("a task's name", () => {
  it("is its issue, or its plan and key", () => {
    expect(taskName("14")).toEqual({ issue: 14 });
    expect(taskName("#14")).toEqual({ issue: 14 });
    expect(taskName("12/t3")).toEqual({ plan: 12, key: "T3" });
  });

  it.each(["", "0", "T3", "12/", "12/3", "x", "1".repeat(11)])("is not %j", (text) => {
    expect(() => taskName(text)).toThrow(/a task's issue such as 14/);
  });
});
