import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TaskSteering } from "../../../src/core/plan/steering.ts";
import { labelsOf, steeringLabelsOf } from "../../../src/core/queue/labels.ts";
import type { LabelAct } from "../../../src/core/queue/steering-labels.ts";
import { commanders, differingFacets, isExplained, judgeLabels } from "../../../src/core/queue/steering-labels.ts";
import { sampleTask } from "../plan/sample-plan.ts";

const task = sampleTask("T2", { specialist: "test-engineer", priority: "low" });
const created = ["agent:test-engineer", "priority:low"];

function at(minute: number): string {
  return `2026-01-01T10:${String(minute).padStart(2, "0")}:00Z`;
}
function act(label: string, minute: number, more: Partial<LabelAct> = {}): LabelAct {
  return { label, added: true, by: "ada", byApp: false, at: at(minute), ...more };
}
const made = created.map((label) => act(label, 0, { by: "coppice[bot]", byApp: true }));

function judge(labels: readonly string[], acts: readonly LabelAct[], steering: TaskSteering = {}) {
  const names = { specialists: ["test-engineer", "docs-writer"], agents: ["codex", "command:make"] };
  const mayWrite = (login: string) => login === "ada";
  const verdict = judgeLabels({ task, steering, labels, acts: [...made, ...acts], mayWrite, ...names });
  return { ...verdict, commands: verdict.commands.map(({ command }) => command) };
}

describe("a task's labels", () => {
  test("say who it is for, what goes first and what is paused, by plan and record", () => {
    expect(labelsOf(task)).toEqual(["coppice:queued", ...created]);
    const steering = { agent: "codex", priority: "normal", paused: { by: "ada", at: at(1) } } as const;
    expect(steeringLabelsOf(task, steering)).toEqual(["agent:test-engineer", "agent:codex", "coppice:paused"]);
  });

  test.each([
    [["agent:test-engineer", "priority:low", "bug"], []],
    [["Agent:Test-Engineer", "PRIORITY:low"], []],
    [[...created, "coppice:paused"], ["pause"]],
    [["agent:test-engineer"], ["priority"]],
    [[...created, "agent:codex"], ["agent"]],
    [
      ["coppice:paused", "priority:high"],
      ["pause", "priority", "agent"],
    ],
  ] as const)("%j differ in %j", (labels, facets) => {
    expect(differingFacets(labels, steeringLabelsOf(task))).toEqual(facets);
  });

  test("normal priority goes without saying, and may be said", () => {
    const wanted = steeringLabelsOf(sampleTask("T1"));
    expect(differingFacets([...wanted, "priority:normal"], wanted)).toEqual([]);
  });
});

describe("a label that somebody who may write has set", () => {
  test.each([
    [[...created, "coppice:paused"], [act("coppice:paused", 5)], { kind: "pause", key: "T2" }, [], []],
    [
      ["agent:test-engineer", "priority:low", "priority:high"],
      [act("priority:high", 5)],
      { kind: "priority", key: "T2", priority: "high" },
      [],
      ["priority:low"],
    ],
    [
      ["agent:test-engineer"],
      [act("priority:low", 5, { added: false })],
      { kind: "priority", key: "T2", priority: "normal" },
      [],
      [],
    ],
    [
      [...created, "agent:docs-writer"],
      [act("agent:docs-writer", 5)],
      { kind: "assign", key: "T2", specialist: "docs-writer" },
      [],
      ["agent:test-engineer"],
    ],
    [[...created, "agent:codex"], [act("agent:codex", 5)], { kind: "assign", key: "T2", agent: "codex" }, [], []],
    [
      ["agent:codex", "priority:low"],
      [act("agent:test-engineer", 5, { added: false }), act("agent:codex", 5)],
      { kind: "assign", key: "T2", agent: "codex" },
      ["agent:test-engineer"],
      [],
    ],
  ])("%j is a command", (labels, acts, command, add, remove) => {
    expect(judge(labels, acts)).toMatchObject({ commands: [command], add, remove });
  });

  test("and taken off again takes it back", () => {
    const paused = { by: "ada", at: at(5) };
    const off = judge(created, [act("coppice:paused", 9, { added: false })], { paused });
    expect(off).toMatchObject({ commands: [{ kind: "resume" }], steering: { resumed: { by: "ada", at: at(9) } } });
    expect(off.steering.paused).toBeUndefined();
    const agent = judge(created, [act("agent:codex", 9, { added: false })], { agent: "codex" });
    expect(agent).toMatchObject({ commands: [{ kind: "assign", agent: null }], add: [], remove: [] });
  });
});

describe("an act that the labels do not show yet", () => {
  const [on, off] = [act("coppice:paused", 5), act("coppice:paused", 6, { added: false })];

  test.each([
    ["took off at once what it put on", [...created, "coppice:paused"], [on, off], {}],
    [
      "put on again what it took off",
      created,
      [on, off, act("coppice:paused", 7)],
      { paused: { by: "ada", at: at(5) } },
    ],
    [
      "put another priority in its place",
      ["agent:test-engineer", "priority:high"],
      [
        act("priority:low", 5, { added: false }),
        act("priority:high", 5),
        act("priority:high", 6, { added: false }),
        act("priority:normal", 6),
      ],
      {},
    ],
  ] as const)("is no command for what they show still: it %s", (_, labels, acts, steering) => {
    expect(judge(labels, acts, steering)).toMatchObject({ commands: [], steering });
  });
});

describe("what is put back is contested", () => {
  const helper = { by: "helper[bot]", byApp: true };
  const steering = { resumed: { by: "bob", at: at(5) } };

  test.each([
    [
      "where an app set it after the record had its say",
      [...created, "coppice:paused"],
      [act("coppice:paused", 9, helper)],
      true,
    ],
    ["where a comment changed the record since", [...created, "coppice:paused"], [act("coppice:paused", 4)], false],
    ["where nobody knows how it was lost", ["agent:test-engineer"], [], true],
    ["and not where it is a command", [...created, "coppice:paused"], [act("coppice:paused", 9)], false],
  ] as const)("%s", (_, labels, acts, contested) => {
    expect(judge(labels, acts, steering).contested).toBe(contested);
  });
});

describe("a label is put back", () => {
  test.each([
    ["by somebody who may not write", { by: "tess" }, {}],
    ["by another app", { by: "helper[bot]", byApp: true }, {}],
    ["from before somebody resumed the task", {}, { resumed: { by: "bob", at: at(5) } }],
    ["from before somebody tried it again", {}, { retried: { by: "bob", at: at(9) } }],
  ])("%s", (_, more, steering) => {
    const labels = [...created, "coppice:paused"];
    expect(judge(labels, [act("coppice:paused", 5, more)], steering)).toMatchObject({
      commands: [],
      steering,
      add: [],
      remove: ["coppice:paused"],
    });
  });

  test("when it names nobody, or no priority", () => {
    const acts = [act("agent:", 5), act("priority:urgent", 5)];
    const labels = [...created, "agent:", "priority:urgent"];
    expect(judge(labels, acts)).toMatchObject({ commands: [], add: [], remove: ["agent:", "priority:urgent"] });
  });

  test("when the specialist's was taken off and nobody put in its place", () => {
    const off = [act("agent:test-engineer", 5, { added: false })];
    expect(judge(["priority:low"], off)).toMatchObject({ commands: [], add: ["agent:test-engineer"], remove: [] });
  });

  test("when the record was told by a comment, or the forge dropped it silently", () => {
    const steering = { priority: "high", prioritised: { by: "bob", at: at(9) } } as const;
    expect(judge(created, [], steering)).toMatchObject({
      commands: [],
      add: ["priority:high"],
      remove: ["priority:low"],
    });
    expect(judge([], [])).toMatchObject({ commands: [], add: created });
  });
});

describe("whoever set labels", () => {
  test("is asked for once, and only where it may matter", () => {
    const labels = [...created, "coppice:paused", "agent:codex", "priority:high"];
    const acts = [...made, act("coppice:paused", 5), act("agent:codex", 5), act("priority:high", 4, { by: "bob" })];
    const steering = { prioritised: { by: "eve", at: at(4) } };
    expect(commanders({ task, steering, labels, acts })).toEqual(["ada"]);
    expect(commanders({ task, steering: {}, labels: created, acts: made })).toEqual([]);
  });

  test("is unclear while what was done does not explain what is there", () => {
    const labels = [...created, "coppice:paused"];
    expect(isExplained(created, made)).toBe(true);
    expect(isExplained([...created, "bug"], made)).toBe(true);
    expect(isExplained(labels, made)).toBe(false);
    expect(isExplained(labels, [...made, act("coppice:paused", 5)])).toBe(true);
    expect(isExplained(created, [...made, act("coppice:paused", 5)])).toBe(false);
    expect(isExplained([], [])).toBe(true);
  });
});

const label = fc.constantFrom(
  ...["coppice:paused", "Coppice:Paused", "priority:high", "priority:normal", "priority:low", "priority:urgent"],
  ...["agent:test-engineer", "agent:docs-writer", "agent:codex", "agent:nobody", "bug"],
);
const moment = fc.nat({ max: 20 });
const who = fc.record({ by: fc.constantFrom("ada", "bob"), at: moment.map(at) });
const anySteering: fc.Arbitrary<TaskSteering> = fc.record(
  {
    ...{ paused: who, resumed: who, retried: who, prioritised: who, assigned: who },
    priority: fc.constantFrom("high", "normal", "low"),
    agent: fc.constantFrom("codex", "command:make"),
    specialist: fc.constantFrom("docs-writer", "test-engineer"),
  },
  { requiredKeys: [] },
);
const anyAct = fc.record({
  label,
  added: fc.boolean(),
  by: fc.constantFrom("ada", "tess"),
  byApp: fc.boolean(),
  at: moment.map(at),
});

test("whatever was done: afterwards labels and record say the same, and nobody who may not write changed the record", () => {
  let heard = 0;
  fc.assert(
    fc.property(
      fc.uniqueArray(label, { selector: (name) => name.toLowerCase() }),
      fc.array(anyAct, { maxLength: 6 }),
      anySteering,
      (labels, acts, steering) => {
        const { add, remove, commands, steering: after } = judge(labels, acts, steering);
        const then = [...labels.filter((name) => !remove.includes(name)), ...add];
        expect(differingFacets(then, steeringLabelsOf(task, after))).toEqual([]);
        expect(then.includes("bug")).toBe(labels.includes("bug"));
        if (commands.length === 0) expect(after).toEqual(steering);
        else heard += 1;
        const asked = commanders({ task, steering, labels, acts: [...made, ...acts] });
        if (!asked.includes("ada")) expect(commands).toEqual([]);
        expect(judge(then, acts, after)).toMatchObject({ commands: [], add: [], remove: [] });
      },
    ),
    { numRuns: 500 },
  );
  expect(heard).toBeGreaterThan(20);
});
