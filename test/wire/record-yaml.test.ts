import fc from "fast-check";
import { expect, test } from "vitest";
import type { PlanRecord, PlanStatus } from "../../src/core/plan/plan.ts";
import type { TaskKey } from "../../src/core/task/task.ts";
import { formatMarks, parseMarks } from "../../src/wire/marks-yaml.ts";
import { formatRecord, parseRecord } from "../../src/wire/record-yaml.ts";
import { sampleRecord } from "../core/plan/sample-plan.ts";

const hash = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 });
const at = fc.constant("2026-01-01T10:00:00Z");
const by = fc.constantFrom("ada", "no", "1e5", "dependabot[bot]");
const id = fc.integer({ min: 1, max: 2 ** 40 });
const approval = fc.record({ revision: id, hash, by, comment: id, at });
const status: fc.Arbitrary<PlanStatus> = fc.oneof(
  fc.constant({ kind: "draft" as const }),
  fc.record({ kind: fc.constant("approved" as const), approval }),
  fc.record({ kind: fc.constant("cancelled" as const), by, at }),
  fc.record({ kind: fc.constant("done" as const), at, approval }),
);
const revision = fc.record(
  { revision: id, hash, by, at, comment: id, summary: fc.string({ unit: "grapheme", maxLength: 200 }) },
  { requiredKeys: ["revision", "hash", "by", "at", "summary"] },
);
const taskIssue = fc.record({ number: id, id, nodeId: fc.string({ maxLength: 40 }) });
const tokens = fc.nat();
const record: fc.Arbitrary<PlanRecord> = fc.record(
  {
    version: fc.constant(1 as const),
    issue: id,
    revision: id,
    revisions: fc.array(revision, { maxLength: 4 }),
    status,
    comment: id,
    planner: fc.string({ maxLength: 50 }),
    lastKey: fc.nat(),
    tasks: fc.dictionary(
      fc.integer({ min: 1, max: 99 }).map((n): TaskKey => `T${n}`),
      taskIssue,
    ),
    usage: fc.record(
      {
        inputTokens: tokens,
        outputTokens: tokens,
        cacheReadTokens: tokens,
        cacheWriteTokens: tokens,
        dollars: fc.double({ min: 0, max: 1e6, noNaN: true }).map(Math.abs),
      },
      { requiredKeys: ["inputTokens", "outputTokens", "cacheReadTokens", "cacheWriteTokens"] },
    ),
  },
  { requiredKeys: ["version", "issue", "revision", "revisions", "status", "planner", "tasks", "usage"] },
);

test("reading a record that was written gives the same record", () => {
  fc.assert(
    fc.property(record, (value) => {
      expect(parseRecord(formatRecord(value))).toEqual({ ...value, tasks: { ...value.tasks } });
    }),
    { numRuns: 200 },
  );
});

test("another version, an unknown key and a bad task key are errors that name the line", () => {
  const written = formatRecord(sampleRecord({ tasks: { T1: { number: 5, id: 6, nodeId: "I_5" } } }));
  expect(() => parseRecord(written.replace("version: 1", "version: 2"), "plans/2/record.yaml")).toThrowError(
    /^plans\/2\/record\.yaml:1: version/,
  );
  expect(() => parseRecord(`${written}mood: good\n`)).toThrowError(/mood/);
  expect(() => parseRecord(written.replace("T1:", "X1:"))).toThrowError(/tasks\.X1: not a task key/);
});

test("marks survive writing and reading", () => {
  const marks = {
    version: 1 as const,
    birth: "2026-01-01T00:00:00Z",
    since: "2026-01-02T00:00:00Z",
    applied: [{ id: 5, at: "2026-01-02T00:00:00Z" }],
  };
  expect(parseMarks(formatMarks(marks))).toEqual(marks);
  expect(() => parseMarks("version: 1")).toThrowError(/^marks\.yaml:1: birth/);
});
