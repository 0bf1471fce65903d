import { describe, expect, it } from "vitest";
import { nothingSpent, tally } from "../../../src/core/queue/spending.ts";

const spent = (tokens: number) => ({ ...nothingSpent, tokens });
const ended = (at: string, tokens: number) => ({ at, spending: spent(tokens) });

describe("what ended attempts cost in all", () => {
  it("keeps the newest day apart, in whatever order they come", () => {
    const attempts = [
      ended("2026-01-02T10:00:00Z", 1),
      ended("2026-01-02T23:59:59Z", 2),
      ended("2026-01-01T10:00:00Z", 4),
      ended("2026-01-03T00:00:00Z", 8),
    ];
    const sum = { day: "2026-01-03", thatDay: spent(8), before: spent(7) };
    expect(tally(undefined, attempts)).toEqual(sum);
    expect(tally(undefined, attempts.toReversed())).toEqual(sum);
    expect(tally(tally(undefined, attempts.slice(0, 2)), attempts.slice(2))).toEqual(sum);
  });

  it("is nothing without attempts, and a time that nobody can read is long ago", () => {
    expect(tally(undefined, [])).toBeUndefined();
    const sum = { day: "2026-01-03", thatDay: spent(8), before: nothingSpent };
    expect(tally(sum, [])).toBe(sum);
    expect(tally(sum, [ended("soon", 1)])).toEqual({ ...sum, before: spent(1) });
  });
});
