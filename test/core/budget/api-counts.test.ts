import { describe, expect, test } from "vitest";
import type { ApiTally, CountedRequest } from "../../../src/core/budget/api-counts.ts";
import { countRequest, listCounts } from "../../../src/core/budget/api-counts.ts";

const hour = 60 * 60_000;
const start = Date.UTC(2026, 0, 1, 10, 20);
const read: CountedRequest = { route: "GET /x", contents: 0 };
const plan = { repository: "octo/sample", issue: 7 };

function counted(requests: readonly (readonly [CountedRequest, number])[]): ApiTally {
  return requests.reduce<ApiTally>((tally, [request, now]) => countRequest(tally, request, now), []);
}

describe("what was asked", () => {
  test("is counted by hour, plan and route, the newest hour and the most requests first", () => {
    const write = { route: "POST /y", contents: 3, plan };
    const tally = counted([
      [read, start],
      [write, start],
      [write, start + 1],
      [{ ...read, plan }, start + 2],
      [read, start + hour],
    ]);
    expect(listCounts(tally)).toEqual([
      { hour: "2026-01-01T11:00:00Z", route: "GET /x", requests: 1, contents: 0 },
      { hour: "2026-01-01T10:00:00Z", route: "POST /y", plan, requests: 2, contents: 6 },
      { hour: "2026-01-01T10:00:00Z", route: "GET /x", requests: 1, contents: 0 },
      { hour: "2026-01-01T10:00:00Z", route: "GET /x", plan, requests: 1, contents: 0 },
    ]);
  });

  test("is kept for a day, and of very many plans by route alone", () => {
    const tally = counted(Array.from({ length: 60 }, (_, index) => [read, start + index * hour] as const));
    expect(listCounts(tally)).toHaveLength(25);
    const many = counted(
      Array.from({ length: 2_500 }, (_, issue) => [{ ...read, plan: { ...plan, issue } }, start] as const),
    );
    const rows = listCounts(many);
    expect(rows).toHaveLength(2_001);
    expect(rows[0]).toMatchObject({ route: "GET /x", requests: 500 });
    expect(rows[0]?.plan).toBeUndefined();
  });

  test("counts into the newest hour when the clock goes back", () => {
    const tally = counted([
      [read, start],
      [read, start - 5 * hour],
    ]);
    expect(listCounts(tally)).toEqual([{ hour: "2026-01-01T10:00:00Z", route: "GET /x", requests: 2, contents: 0 }]);
  });
});
