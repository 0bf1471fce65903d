import fc from "fast-check";
import { expect, test } from "vitest";
import { planLimits } from "../../src/core/plan/limits.ts";
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
  { revision: id, hash, by, at, comment: id, restores: id, summary: fc.string({ unit: "grapheme", maxLength: 200 }) },
  { requiredKeys: ["revision", "hash", "by", "at", "summary"] },
);
const words = fc.string({ unit: "grapheme", maxLength: 60 });
const key = fc.integer({ min: 1, max: 99 }).map((n): TaskKey => `T${n}`);
const question = fc.record(
  {
    number: id,
    text: words,
    answer: fc.record({ by, at, comment: id, text: words }),
    waived: fc.constant(true as const),
  },
  { requiredKeys: ["number", "text"] },
);
const catchUp = fc.record({
  rewrite: fc.array(key, { maxLength: 3 }),
  unlink: fc.array(fc.record({ blocked: key, blocking: key }), { maxLength: 3 }),
});
const taskIssue = fc.record({ number: id, id, nodeId: fc.string({ maxLength: 40 }) });
const tokens = fc.nat();
const amount = fc.nat().map((number) => number / 8);
const spending = fc.record({ tokens, dollars: amount, seconds: amount });
const lease = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 40, maxLength: 40 });
const gone = fc.record({ day: fc.constant("2026-01-01"), thatDay: spending, before: spending, lease });
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
    questions: fc.array(question, { maxLength: 3 }),
    proposals: fc.nat(),
    catchUp,
    costs: fc.dictionary(key, gone),
    stuckTold: fc.dictionary(key, fc.nat()),
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

test("a record written before there were questions and amendments is still read", () => {
  const text = `version: 1
issue: 2
revision: 1
revisions:
  - revision: 1
    hash: ${"a".repeat(64)}
    by: ada
    at: 2026-01-01T10:00:00Z
    summary: planned
status:
  kind: draft
planner: keywords
tasks: {}
usage:
  inputTokens: 0
  outputTokens: 0
  cacheReadTokens: 0
  cacheWriteTokens: 0
`;
  expect(parseRecord(text)).toMatchObject({
    revision: 1,
    revisions: [{ summary: "planned" }],
    status: { kind: "draft" },
  });
});

test("a record at every limit, in characters that take most room, is still read", () => {
  const text = (length: number): string => "\u0001".repeat(length);
  const issue = { number: 1_234_567, id: 1_234_567_890, nodeId: "I_kwDOABCDEF1234567890" };
  const value = sampleRecord({
    revisions: Array.from({ length: planLimits.revisions }, (_, n) => ({
      revision: n,
      hash: "0".repeat(64),
      by: "ada",
      at: "2026-01-01T10:00:00Z",
      summary: text(planLimits.summary),
    })),
    questions: Array.from({ length: planLimits.questions }, (_, n) => ({
      number: n + 1,
      text: text(planLimits.question),
      answer: { by: "ada", at: "2026-01-01T10:00:00Z", comment: 1, text: text(planLimits.answer) },
    })),
    tasks: Object.fromEntries(Array.from({ length: planLimits.tasks }, (_, n) => [`T${n + 1}`, issue])),
    phases: { design: issue, "design-2": issue, implementation: issue, testing: issue },
    catchUp: {
      rewrite: Array.from({ length: planLimits.tasks }, (_, n) => `T${n + 1}` as const),
      unlink: Array.from({ length: planLimits.lines }, () => ({ blocked: "T1", blocking: "T2" })),
    },
  });
  expect(parseRecord(formatRecord(value))).toEqual(value);
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

test("phase parents survive writing and reading, and other names are refused", () => {
  const issue = { number: 5, id: 50, nodeId: "I_5" };
  const value = sampleRecord({ phases: { design: issue, "testing-2": { ...issue, givenUp: true } } });
  expect(parseRecord(formatRecord(value))).toEqual(value);
  const other = formatRecord(value).replace("testing-2:", "review:");
  expect(() => parseRecord(other)).toThrowError(/^record\.yaml:\d+: phases\.review: not a phase parent/);
});

test("every link that a plan of a hundred issues may ever have to take away is written and read back", () => {
  const keys = Array.from({ length: 100 }, (_, index): TaskKey => `T${index + 1}`);
  const unlink = keys.flatMap((blocked) =>
    keys.filter((blocking) => blocking !== blocked).map((blocking) => ({ blocked, blocking })),
  );
  const value = sampleRecord({ catchUp: { rewrite: keys, unlink } });
  expect(parseRecord(formatRecord(value)).catchUp?.unlink).toHaveLength(9_900);
});
