import { createColors } from "picocolors";
import { describe, expect, it } from "vitest";
import { type DemoResult, formatReport, isSuccess } from "../../../src/cli/demo/report.ts";

const good: DemoResult = {
  tasks: 2,
  tasksDone: 2,
  mostAtOnce: 2,
  pulls: [
    { number: 4, title: "One", merged: true },
    { number: 5, title: "Two", merged: true },
  ],
  seconds: 12,
  requests: [
    { route: "POST /graphql CreateIssue", count: 1, creations: 2 },
    { route: "GET /app", count: 3, creations: 0 },
  ],
  before: { passed: 3, failed: 0 },
  after: { passed: 9, failed: 0 },
};

describe("the demo's report", () => {
  it("says what happened, requests counted and sorted", () => {
    const text = formatReport(good, { colors: createColors(false) });
    expect(text).toContain("2 of 2 tasks done, at most 2 at once, in 12 s");
    expect(text).toContain("9 passed, 0 failed (before: 3 passed)");
    expect(text).toContain("4, of which 2 created content");
    expect(text).toMatch(/^ +requests +created +route\n +3 {2,}GET \/app\n +1 +2 +POST \/graphql CreateIssue\n/m);
  });

  it("names the routes most asked, and sums up the others", () => {
    const requests = Array.from({ length: 11 }, (_, n) => ({ route: `GET /${n}`, count: 20 - n, creations: 1 }));
    const text = formatReport({ ...good, requests }, { colors: createColors(false) });
    expect(text).toMatch(/\n +13 +1 +GET \/7\n +33 +3 +3 other routes\n\n/);
    expect(text).not.toContain("GET /8");
  });

  it.each<[string, Partial<DemoResult>]>([
    ["a task that is not done", { tasksDone: 1 }],
    ["a pull request that is not merged", { pulls: good.pulls.map((pull) => ({ ...pull, merged: false })) }],
    ["a pull request too many", { pulls: [...good.pulls, { number: 6, title: "Again", merged: true }] }],
    ["a failing test", { after: { passed: 8, failed: 1 } }],
    ["no test more than before", { after: good.before }],
    ["tests that could not be counted", { after: { passed: Number.NaN, failed: Number.NaN } }],
  ])("is no success with %s", (_, change) => {
    expect(isSuccess(good)).toBe(true);
    expect(isSuccess({ ...good, ...change })).toBe(false);
  });
});
