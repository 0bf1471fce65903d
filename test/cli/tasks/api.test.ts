import { createColors } from "picocolors";
import { expect, it } from "vitest";
import { openHub } from "../../../src/cli/client/hub.ts";
import { formatCounts } from "../../../src/cli/tasks/api.ts";
import { operatorToken, startHost } from "../../hub/support/host.ts";

const plan = { repository: "octo/hello", issue: 7 };
const counts = [
  { hour: "2026-01-02T10:00:00Z", route: "POST /graphql createIssue", requests: 2, contents: 12, plan },
  { hour: "2026-01-02T09:00:00Z", route: "GET /app", requests: 3, contents: 0, unchanged: 2, joined: 1 },
];

it("coppice api asks the hub, for all or for one plan, and shows a line each and the sum", async () => {
  const { front } = await startHost({ counts: { api: () => counts } });
  const hub = openHub(front.url, operatorToken, new AbortController().signal);
  expect(await hub.usage()).toEqual(counts);
  expect(await hub.usage({ repository: "octo/hello", plan: 7 })).toEqual(counts.slice(0, 1));
  expect(await hub.usage({ repository: "octo/hello", plan: 8 })).toEqual([]);
  const lines = formatCounts(counts, { colors: createColors(false), width: 120 })
    .split("\n")
    .map((line) => line.trim().replace(/ {2,}/g, " | "));
  expect(lines).toEqual([
    "Hour (UTC) | Plan | Requests | Created | Unchanged | Joined | Route",
    "01-02 10h | octo/hello#7 | 2 | 12 | POST /graphql createIssue",
    "01-02 09h | 3 | 0 | 2 | 1 | GET /app",
    "all | 5 | 12 | 2 | 1",
  ]);
});

it("coppice api says so when nothing was asked", () => {
  expect(formatCounts([], { colors: createColors(false), width: 80 })).toBe(
    "Nothing was asked of the API in the last day.",
  );
  expect(formatCounts([], { colors: createColors(false), width: 80 }, 7)).toBe(
    "Nothing was asked of the API for #7 in the last day.",
  );
});
