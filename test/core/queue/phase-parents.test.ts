import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskIssue } from "../../../src/core/plan/plan.ts";
import type { Effect } from "../../../src/core/queue/effects.ts";
import { placeFor, usesPhases } from "../../../src/core/queue/phase-parents.ts";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import { reconcile } from "../../../src/core/queue/reconcile.ts";
import type { PhaseParent, Snapshot, TaskSnapshot } from "../../../src/core/queue/snapshot.ts";
import type { PhaseName } from "../../../src/core/task/phase-name.ts";
import { findPhase, phaseName } from "../../../src/core/task/phase-name.ts";
import type { Phase, TaskKey } from "../../../src/core/task/task.ts";
import { phases } from "../../../src/core/task/task.ts";
import { issueView, now, plannedTask, snapshotOf } from "./snapshots.ts";

const policy = { ...defaultPolicy, createAhead: 100 };

interface MadeIssue extends TaskIssue {
  readonly phase?: PhaseName;
}

/** A plan's forge and ledger in a few lines: what effects say is done, unless this step's write to the ledger is lost. */
function play(tasks: readonly Phase[], options: { readonly others: number; readonly lost: readonly boolean[] }) {
  const parents = new Map<PhaseName, { issue: TaskIssue; recorded: boolean }>();
  const made = new Map<TaskKey, MadeIssue & { recorded: boolean }>();
  let number = 1;
  const next = (): TaskIssue => ({ number: ++number, id: number, nodeId: `I_${number}` });
  const view = (): Snapshot => {
    const shots = tasks.map((phase, index): TaskSnapshot => {
      const task = { ...plannedTask(`T${index + 1}`), phase };
      const at = made.get(task.key);
      const issue = at && issueView(at.number, { state: "closed", reason: "completed" });
      return { task, folded: false, ...(issue === undefined ? {} : { issue }) };
    });
    const seen = [...parents].map(([name, { issue }]): PhaseParent => {
      const children = [...made.values()].filter(({ phase }) => phase === name).length;
      return { name, ...issue, state: "open", children };
    });
    const direct = [...made.values()].filter(({ phase }) => phase === undefined).length;
    const base = snapshotOf(shots, {
      parent: { state: "open", nodeId: "I_1", children: options.others + parents.size + direct },
      ...(seen.length === 0 ? {} : { phases: seen }),
    });
    const recorded = [...parents].filter(([, at]) => at.recorded).map(([name, { issue }]) => [name, issue] as const);
    const record = {
      ...base.state.record,
      tasks: Object.fromEntries([...made].filter(([, at]) => at.recorded)),
      ...(recorded.length === 0 ? {} : { phases: Object.fromEntries(recorded) }),
    };
    return { ...base, state: { ...base.state, record } };
  };
  const perform = (effect: Effect, isLost: boolean) => {
    if (effect.kind === "create-phases") {
      for (const name of effect.phases) {
        expect(parents.has(name)).toBe(false);
        parents.set(name, { issue: next(), recorded: !isLost });
      }
    }
    if (effect.kind === "record-phases") {
      for (const { name, issue } of effect.phases) parents.set(name, { issue, recorded: true });
    }
    if (effect.kind === "record-issues") {
      for (const { key } of effect.issues) {
        const known = made.get(key);
        if (known !== undefined) made.set(key, { ...known, recorded: true });
      }
    }
    if (effect.kind === "create-task-issues") {
      for (const key of effect.tasks) {
        expect(made.has(key)).toBe(false);
        if (effect.phase !== undefined) expect(parents.get(effect.phase)?.recorded).toBe(true);
        made.set(key, { ...next(), recorded: !isLost, ...(effect.phase && { phase: effect.phase }) });
      }
    }
  };
  let steps = 0;
  for (; steps < 60; steps++) {
    const effects = reconcile(view(), policy, now);
    if (effects.every(({ kind }) => kind === "finish-plan" || kind === "close-phases")) break;
    for (const effect of effects) perform(effect, options.lost[steps] === true);
  }
  return { steps, parents, made, last: () => reconcile(view(), policy, now) };
}

const anyTasks = (least: number, most: number) =>
  fc.array(fc.constantFrom(...phases, "implementation" as const, "implementation" as const), {
    minLength: least,
    maxLength: most,
  });

describe("whatever phases a plan's tasks are of, and whichever writes to the ledger are lost", () => {
  const lost = fc.array(fc.boolean(), { maxLength: 8 });

  it("a large plan's tasks all get one issue, under parents of their phase that are never crowded", () => {
    fc.assert(
      fc.property(anyTasks(91, 250), lost, fc.nat({ max: 90 }), (tasks, losses, others) => {
        const { steps, parents, made, last } = play(tasks, { others, lost: losses });
        expect(steps).toBeLessThan(60);
        expect(made.size).toBe(tasks.length);
        for (const [index, phase] of tasks.entries()) {
          const under = made.get(`T${index + 1}`)?.phase;
          expect(under === undefined ? undefined : findPhase(under)?.phase).toBe(phase);
        }
        for (const name of parents.keys()) {
          const count = [...made.values()].filter((issue) => issue.phase === name).length;
          expect(count).toBeGreaterThan(0);
          expect(count).toBeLessThanOrEqual(90);
        }
        expect(last().map(({ kind }) => kind)).toEqual(["close-phases", "finish-plan"]);
      }),
      { numRuns: 60 },
    );
  });

  it("another plan's are right under its issue, and it has no phase parents", () => {
    fc.assert(
      fc.property(anyTasks(1, 90), lost, (tasks, losses) => {
        const { parents, made, last } = play(tasks, { others: 0, lost: losses });
        expect(parents.size).toBe(0);
        expect([...made.values()].map(({ phase }) => phase)).toEqual(tasks.map(() => undefined));
        expect(last().map(({ kind }) => kind)).toEqual(["finish-plan"]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("where a task's issue goes", () => {
  const at = (
    parents: readonly PhaseParent[],
    recorded: readonly PhaseParent[] = parents,
    children = parents.length,
  ) => {
    const base = snapshotOf([{ task: plannedTask("T1"), folded: false }]);
    const record = { ...base.state.record, phases: Object.fromEntries(recorded.map((one) => [one.name, one])) };
    return {
      ...base,
      state: { ...base.state, record },
      parent: { ...base.parent, children },
      phases: parents,
    };
  };
  const parent = (index: number, more: Partial<PhaseParent> = {}): PhaseParent => ({
    ...{ name: phaseName({ phase: "design", index }), number: index + 10, id: index, nodeId: "n" },
    ...{ state: "open", children: 0 },
    ...more,
  });
  const crowded = { children: 90 };

  it.each([
    ["none is there", at([]), { kind: "new", name: "design" }],
    ["one has room", at([parent(1, { children: 89 })]), { kind: "under", name: "design" }],
    ["it is full", at([parent(1, crowded)]), { kind: "new", name: "design-2" }],
    ["the second one has room", at([parent(1, crowded), parent(2)]), { kind: "under", name: "design-2" }],
    ["a person closed it", at([parent(1, { state: "closed" })]), { kind: "new", name: "design-2" }],
    ["it was given up and opened again", at([parent(1, { givenUp: true })]), { kind: "new", name: "design-2" }],
    ["the ledger does not know it yet", at([parent(1)], []), { kind: "pending" }],
    ["nobody sees it", at([], [parent(1)]), { kind: "unseen", issue: 11 }],
    ["there is no room for another", at([parent(1, crowded)], undefined, 100), { kind: "no-room" }],
    ["another phase has one", at([parent(1, { name: "testing-3" })]), { kind: "new", name: "design" }],
  ])("when %s", (_, snapshot, place) => {
    expect(placeFor(snapshot, "design")).toEqual(place);
  });

  it("is settled once one of the plan's tasks has an issue, recorded or only seen", () => {
    const tasks = Array.from(
      { length: 91 },
      (_, n): TaskSnapshot => ({ task: plannedTask(`T${n + 1}`), folded: false }),
    );
    expect(usesPhases(snapshotOf(tasks))).toBe(true);
    expect(usesPhases(snapshotOf(tasks.slice(1)))).toBe(false);
    const seen = tasks.map((one, index) => (index === 0 ? { ...one, issue: issueView(2) } : one));
    expect(usesPhases(snapshotOf(seen))).toBe(false);
    const { state } = snapshotOf(tasks);
    const unrecorded = { ...snapshotOf(seen), state };
    expect(usesPhases(unrecorded)).toBe(false);
    expect(usesPhases({ ...unrecorded, phases: [parent(1)] })).toBe(true);
  });
});

describe("the name of a phase parent", () => {
  it("says phase and place, and is read again", () => {
    for (const phase of phases) {
      for (const index of [1, 2, 10]) {
        const name = phaseName({ phase, index });
        expect(findPhase(name)).toEqual({ phase, index, name });
      }
    }
  });

  it.each(["", "design-1", "design-0", "design-02", "design-1000", "Design", "review", "design-2 ", "__proto__"])(
    "%j is none",
    (name) => {
      expect(findPhase(name)).toBeUndefined();
    },
  );
});
