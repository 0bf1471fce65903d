import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlanCommand } from "../../src/core/plan/command.ts";
import type { Proposal } from "../../src/core/plan/plan.ts";
import type { PlannedTask, TaskKey } from "../../src/core/task/task.ts";
import { formatForeign, parseForeign } from "../../src/wire/foreign-yaml.ts";
import { formatProposal, parseProposal } from "../../src/wire/proposal-yaml.ts";
import { sampleTask } from "../core/plan/sample-plan.ts";

const at = "2026-01-01T10:00:00Z";
const id = fc.integer({ min: 1, max: 2 ** 40 });
const words = fc.string({ unit: "grapheme", maxLength: 40 });
const key = fc.integer({ min: 1, max: 99 }).map((n): TaskKey => `T${n}`);
const fields = fc.record(
  {
    title: words,
    needs: fc.array(key, { maxLength: 3 }),
    touches: fc.array(words, { maxLength: 2 }),
    estimateMinutes: id.map((n) => (n % 10_080) + 1),
  },
  { requiredKeys: ["title", "needs"] },
);
const task = fc.tuple(key, fields).map(([one, more]): PlannedTask => sampleTask(one, more));
const tasks = fc.array(task, { maxLength: 3 });
const command: fc.Arbitrary<PlanCommand> = fc.oneof(
  fc.record({ kind: fc.constant("plan" as const), goal: words, tasks }),
  task.map(({ key: _, ...rest }) => ({ kind: "add" as const, task: rest })),
  fc.record({ kind: fc.constant("remove" as const), key }),
  fc.record({
    kind: fc.constant("modify" as const),
    key,
    change: fc.record({ title: words, needs: fc.array(key) }, { requiredKeys: [] }),
  }),
  fc.record({ kind: fc.constant("split" as const), key, parts: tasks }),
  fc.record({ kind: fc.constant("edit" as const), goal: words, tasks }),
  fc.record({ kind: fc.constant("restore" as const), revision: id, goal: words, tasks }),
);
const proposal: fc.Arbitrary<Proposal> = fc.record({
  number: id,
  revision: id,
  changes: fc.array(command, { maxLength: 4 }),
  comment: id,
  at: fc.constant(at),
});

describe("proposal.yaml", () => {
  test("reading what was written gives the same proposal", () => {
    fc.assert(
      fc.property(proposal, (value) => {
        expect(parseProposal(formatProposal(value))).toEqual(value);
      }),
      { numRuns: 400 },
    );
  });

  test("another version and an unknown change are errors that name the place", () => {
    const text = formatProposal({ number: 1, revision: 2, changes: [{ kind: "remove", key: "T1" }], comment: 3, at });
    expect(() => parseProposal(text.replace("version: 1", "version: 2"))).toThrowError(/^proposal\.yaml:1: version: /);
    expect(() => parseProposal(text.replace("kind: remove", "kind: explode"), "plans/7/proposal.yaml")).toThrowError(
      /^plans\/7\/proposal\.yaml:5: changes\.0\.kind: /,
    );
  });
});

describe("foreign.yaml", () => {
  test("reading what was written gives the same commit, whatever its author is called", () => {
    const oid = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 40, maxLength: 40 });
    const commit = fc.record({
      commit: oid,
      author: fc.string({ unit: "grapheme", maxLength: 100 }),
      at: fc.constant(at),
    });
    fc.assert(
      fc.property(commit, (value) => {
        expect(parseForeign(formatForeign(value))).toEqual(value);
      }),
      { numRuns: 300 },
    );
    const endless = { commit: "a".repeat(40), author: "x".repeat(5_000), at };
    expect(parseForeign(formatForeign(endless))).toEqual({ ...endless, author: "x".repeat(1_000) });
  });

  test("what is no commit is an error that names the place", () => {
    expect(() => parseForeign("version: 1\ncommit: abc\nauthor: ada\nat: now\n")).toThrowError(
      "foreign.yaml:2: commit: 40 hex digits",
    );
  });
});
