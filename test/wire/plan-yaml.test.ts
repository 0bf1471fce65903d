import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply } from "../../src/core/plan/apply.ts";
import { planLimits } from "../../src/core/plan/limits.ts";
import { planProblems } from "../../src/core/plan/validate.ts";
import type { PlannedTask, TaskKey } from "../../src/core/task/task.ts";
import { phases, priorities } from "../../src/core/task/task.ts";
import { formatPlan, parsePlan, planHash } from "../../src/wire/plan-yaml.ts";
import { samplePlan, sampleTask } from "../core/plan/sample-plan.ts";
import { lawRuns } from "./law-runs.ts";

const text = (maxLength: number) =>
  fc.oneof(
    fc.string({ unit: "grapheme", maxLength }),
    fc.string({
      unit: fc.constantFrom("a", " ", "\n", "\r", "\t", ":", "#", "-", '"', "'", "|", "\u0085", "\u2028", "\\", "["),
      maxLength,
    }),
    fc.constantFrom(
      "yes",
      "null",
      "1",
      "0x1f",
      "1e3",
      "~",
      "2026-01-01",
      "---",
      "...",
      "&a",
      "*a",
      "<<",
      "=",
      " x ",
      "a: b",
    ),
  );

const task: fc.Arbitrary<PlannedTask> = fc.record(
  {
    key: fc.constant<TaskKey>("T1"),
    title: text(60).filter((title) => title.trim() !== "" && !/[\r\n]/.test(title) && title.length <= 120),
    description: text(300),
    acceptance: fc.array(text(40), { maxLength: 3 }),
    specialist: fc.constantFrom("test-engineer", "on", "12"),
    phase: fc.constantFrom(...phases),
    needs: fc.array(
      fc.integer({ min: 1, max: 6 }).map((n): TaskKey => `T${n}`),
      { maxLength: 4 },
    ),
    priority: fc.constantFrom(...priorities),
    touches: fc.array(text(20), { maxLength: 3 }),
    timeoutMinutes: fc.integer({ min: 1, max: 1440 }),
  },
  {
    requiredKeys: ["key", "title", "description", "acceptance", "specialist", "phase", "needs", "priority", "touches"],
  },
);

const plan = fc
  .record({
    goal: text(200).filter((goal) => goal.trim() !== ""),
    tasks: fc.array(task, { minLength: 1, maxLength: 6 }),
  })
  .map(({ goal, tasks }) => {
    const keyed = tasks.map((one, index) => ({
      ...one,
      key: `T${index + 1}` as const,
      needs: one.needs.filter((need) => Number(need.slice(1)) <= index),
    }));
    const applied = apply(undefined, { kind: "plan", goal, tasks: keyed });
    if (applied.kind === "refused") throw new Error(applied.reason);
    return applied.plan;
  });

describe("plan.yaml", () => {
  test("reading what was written gives the same plan, and writing it again the same bytes", () => {
    fc.assert(
      fc.property(plan, (value) => {
        const written = formatPlan(value);
        expect(parsePlan(written)).toEqual(value);
        expect(formatPlan(parsePlan(written))).toBe(written);
      }),
      { numRuns: lawRuns(300) },
    );
  });

  test("the hash is what sha256sum prints for the file", () => {
    const written = formatPlan(samplePlan({ T1: [] }));
    expect(planHash(written)).toBe(createHash("sha256").update(Buffer.from(written)).digest("hex"));
    expect(planHash("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  test.each([
    [
      "a key nobody knows",
      (yaml: string) => yaml.replace("tasks:", "colour: red\ntasks:"),
      "plan.yaml:2: the document: Unrecognized key",
    ],
    ["a wrong type", (yaml: string) => yaml.replace("key: T1", "key: 7"), "plan.yaml:3: tasks.0.key:"],
    ["a broken line", (yaml: string) => `${yaml}\n  - [`, "plan.yaml:"],
    [
      "a need that is not there",
      (yaml: string) => yaml.replace("needs: []", "needs: [T9]"),
      "T1 needs T9, but T9 is not in this plan",
    ],
  ])("%s is an error that names the place", (_, spoil, message) => {
    expect(() => parsePlan(spoil(formatPlan({ goal: "g", tasks: [sampleTask("T1")] })))).toThrowError(message);
  });

  test.each([
    ["flow brackets", "[".repeat(24_000)],
    ["flow maps", "{a: ".repeat(8_000)],
    ["dashes on a line", "- ".repeat(20_000)],
    ["question marks on a line", "? ".repeat(20_000)],
    ["deep indentation", Array.from({ length: 500 }, (_, level) => `${" ".repeat(level)}a:`).join("\n")],
    ["keys without end", Array.from({ length: 30_000 }, (_, n) => `k${n}:`).join("\n")],
    ["flow keys without end", `{${Array.from({ length: 30_000 }, (_, n) => `k${n}`).join(",")}}`],
    [
      "aliases that multiply",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
        .split("")
        .map((k, i) => `${k}: &${k} [${`*${"abcdefghi"[i]},`.repeat(9)}]`)
        .join("\n")}`,
    ],
    ["too many bytes", "#".repeat(3_000_000)],
    ["control characters", "\u0002\u001f\u0018[\u001f".repeat(10_000)],
  ])("%s are refused without harm, quickly", (_, hostile) => {
    const started = performance.now();
    expect(() => parsePlan(hostile)).toThrowError(/^plan\.yaml:\d+: /);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test("a plan at every limit, in characters that take most room, is still read", () => {
    const tasks = Array.from({ length: planLimits.tasks }, (_, n) =>
      sampleTask(`T${n + 1}`, {
        description: (n % 2 === 0 ? "\u0001" : "a\n").repeat(n % 2 === 0 ? 720 : 360),
        needs: n < 50 ? [] : Array.from({ length: 20 }, (_, at) => `T${at + 1}` as const),
        acceptance: Array.from({ length: 4 }, () => "-"),
      }),
    );
    const value = { goal: "g", tasks };
    expect(planProblems(value)).toEqual([]);
    expect(parsePlan(formatPlan(value))).toEqual(value);
  });

  test("the order in which a task's fields were put together does not show", () => {
    const task = sampleTask("T1");
    const { key, title, ...rest } = task;
    const other = { ...rest, title, key };
    expect(formatPlan({ goal: "g", tasks: [other] })).toBe(formatPlan({ goal: "g", tasks: [task] }));
  });

  test("brackets inside a text are no nesting", () => {
    const value = { goal: "[".repeat(300), tasks: [sampleTask("T1", { description: `a\n${"[".repeat(300)}\n` })] };
    expect(parsePlan(formatPlan(value))).toEqual(value);
  });
});
