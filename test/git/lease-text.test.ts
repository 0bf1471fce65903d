import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CoppiceError } from "../../src/core/errors.ts";
import { branchName, leasePhases, savedRef, trashRef } from "../../src/core/lease/lease.ts";
import { failureKinds } from "../../src/core/run/run.ts";
import { formatLease, parseLease } from "../../src/wire/lease-text.ts";
import { formatRun, parseRun } from "../../src/wire/run-json.ts";
import { makeLease } from "./origin.ts";

const oid = fc.stringMatching(/^[0-9a-f]{40}$/);
const failure = fc.record({
  kind: fc.constantFrom(...failureKinds),
  message: fc.string({ maxLength: 500, unit: "grapheme" }).filter((text) => text.length <= 500),
  at: fc.constant("2026-01-02T03:04:05.000Z"),
});
const amount = fc.nat().map((number) => number / 8);
const spending = fc.record({ tokens: fc.nat(), dollars: amount, seconds: amount });
const lease = fc.record(
  {
    version: fc.constant(1 as const),
    plan: fc.integer({ min: 1 }),
    task: fc.integer({ min: 1, max: 999 }).map((number): `T${number}` => `T${number}`),
    issue: fc.integer({ min: 1 }),
    phase: fc.constantFrom(...leasePhases),
    holder: fc.string({ maxLength: 200 }),
    epoch: fc.integer({ min: 1 }),
    nonce: fc.uuid(),
    seconds: fc.integer({ min: 1, max: 86_400 }),
    branch: fc.constant(""),
    head: oid,
    base: oid,
    failures: fc.array(failure, { maxLength: 10 }),
    resumed: fc.constant("2026-01-02T03:04:05Z"),
    offeredAt: fc.constant("2026-01-02T03:04:05.000Z"),
    earlier: fc.record({ day: fc.constant("2026-01-02"), thatDay: spending, before: spending }),
  },
  {
    requiredKeys: [
      "version",
      "plan",
      "task",
      "issue",
      "phase",
      "holder",
      "epoch",
      "nonce",
      "seconds",
      "branch",
      "failures",
    ],
  },
);

describe("a lease as text", () => {
  it("reads back as it was written, whatever is in it", () => {
    fc.assert(
      fc.property(lease, fc.string({ unit: "grapheme" }), (facts, title) => {
        const value = { ...facts, branch: branchName(facts.issue, title) };
        expect(parseLease(formatLease(value))).toEqual(value);
      }),
    );
  });

  it("begins with a line for people that keeps CI away", () => {
    expect(formatLease(makeLease()).split("\n")[0]).toBe("Lease of #12 (T1): running, epoch 1 [skip ci]");
  });

  it.each([
    ["a message without JSON", "no lease at all", /no JSON/],
    ["what is not JSON", "title\n\nnot json", /not JSON/],
    ["an epoch of 0", `title\n\n${JSON.stringify({ ...makeLease(), epoch: 0 })}`, /epoch/],
    ["an unknown field", `title\n\n${JSON.stringify({ ...makeLease(), more: 1 })}`, /more/],
    [
      "another version",
      `title\n\n${JSON.stringify({ ...makeLease(), version: 2 })}`,
      /version 2 is of a newer Coppice/,
    ],
    ["a newer version of another shape", 'title\n\n{"version": 3, "holders": []}', /version 3 is of a newer Coppice/],
    ["a version that is none", 'title\n\n{"version": "2"}', /version: /],
    ["a length nobody would live to see", `title\n\n${JSON.stringify(makeLease({ seconds: 86_401 }))}`, /seconds: /],
    ["the default branch for its own", `title\n\n${JSON.stringify(makeLease({ branch: "main" }))}`, /branch: /],
    [
      "another task's branch",
      `title\n\n${JSON.stringify(makeLease({ branch: "coppice/120-task" }))}`,
      /branch: no work branch of this issue/,
    ],
    ["a path for a branch", `title\n\n${JSON.stringify(makeLease({ branch: "coppice/12-../main" }))}`, /branch: /],
    ["excess", `title\n\n${" ".repeat(70_000)}`, /longer than/],
  ])("refuses %s, naming the place", (_, text, message) => {
    expect(() => parseLease(text)).toThrow(message);
  });

  it("never fails with anything but a coded error", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), (text) => {
        try {
          parseLease(`x\n\n${text}`);
        } catch (error) {
          expect(error).toBeInstanceOf(CoppiceError);
        }
      }),
    );
  });
});

describe("a run record as text", () => {
  const record = {
    version: 1,
    run: "run-1",
    plan: 1,
    task: "T1",
    issue: 12,
    epoch: 1,
    worker: "one",
    agent: "anthropic",
    sandbox: "bubblewrap",
    base: "a".repeat(40),
    head: "b".repeat(40),
    verification: { kind: "passed", command: "npm test", milliseconds: 5 },
    usage: { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, dollars: 0.5 },
    startedAt: "2026-01-02T03:04:05.000Z",
    endedAt: "2026-01-02T03:05:05.000Z",
    filesChanged: 2,
  } as const;

  it("reads back as it was written, and refuses what is none", () => {
    expect(parseRun(formatRun(record))).toEqual(record);
    expect(() => parseRun("{}")).toThrow(/version/);
    expect(() => parseRun('{"version": 2}')).toThrow(/version 2 is of a newer Coppice/);
    expect(() => parseRun("x")).toThrow(/not JSON/);
    expect(() => parseRun(" ".repeat(70_000))).toThrow(/longer than/);
  });
});

describe("where a head is saved", () => {
  it("names the commit, so that two heads of one epoch do not displace each other and no name is a path of another", () => {
    const refs = [savedRef(1, 2, "a".repeat(40)), savedRef(1, 2, "b".repeat(40)), trashRef(1, 2)];
    expect(new Set(refs).size).toBe(3);
    expect(refs.some((one) => refs.some((other) => other.startsWith(`${one}/`)))).toBe(false);
  });
});
