import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Act, Acted } from "../../src/core/plan/act.ts";
import { actAll } from "../../src/core/plan/act.ts";
import { headOf } from "../../src/core/plan/head.ts";
import { reduceNeeds } from "../../src/core/plan/order.ts";
import type { Plan, PlanState } from "../../src/core/plan/plan.ts";
import { undoTarget } from "../../src/core/plan/undo.ts";
import { planProblems } from "../../src/core/plan/validate.ts";
import { formatPlan, parsePlan, planHash } from "../../src/wire/plan-yaml.ts";
import { formatProposal, parseProposal } from "../../src/wire/proposal-yaml.ts";
import { formatRecord, parseRecord } from "../../src/wire/record-yaml.ts";
import { formatPlanComment } from "../../src/wire/render/plan-comment.ts";
import { findPlanMarker } from "../../src/wire/render/plan-marker.ts";
import { lawRuns } from "./law-runs.ts";
import type { World } from "./random-acts.ts";
import { contextOf, emptyWorld, grant, maxTasks, textOf, wishes } from "./random-acts.ts";

describe("any sequence of acts", () => {
  test("leaves a valid plan and a consistent record, or a refusal that says why", () => {
    const seen = { changed: 0, refused: 0, amended: 0, approved: 0, steered: 0 };
    fc.assert(
      fc.property(wishes, (list) => {
        let world = emptyWorld;
        const used = new Set<string>();
        for (const wish of list) {
          const granted = grant(world, wish);
          if (granted === undefined) continue;
          const { done, wanted } = granted;
          if (done.kind !== "changed") {
            expect(granted.world.state).toBe(world.state);
            expectReason(done);
            seen.refused += 1;
          } else {
            const { state } = granted.world;
            if (state === undefined) throw new Error("a change left nothing");
            const restores = wanted.kind === "change" && wanted.commands.some(({ kind }) => kind === "restore");
            expectSound(world.state, state);
            expectStartedAlone(world.state, state, wanted);
            expectSteeringApart(world.state, state, wanted);
            if (!restores) expectFreshKeys(world.state, state, used);
            for (const { key } of headOf(state).plan.tasks) used.add(key);
            seen.changed += 1;
            if (state.amendment) seen.amended += 1;
            if (state.record.status.kind === "approved") seen.approved += 1;
            if (wanted.kind === "steer") seen.steered += 1;
          }
          world = granted.world;
        }
        // Written anew: nothing has changed a plan since it was hashed.
        const head = world.state && headOf(world.state);
        expect(head?.hash).toBe(head && planHash(formatPlan(head.plan)));
      }),
      { numRuns: lawRuns(500) },
    );
    // A law over nothing proves nothing.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });

  test("undoing brings back exactly the text before, by steps and by number", () => {
    let undone = 0;
    fc.assert(
      fc.property(wishes, fc.integer({ min: 1, max: 3 }), (list, steps) => {
        let world = emptyWorld;
        for (const wish of list) world = grant(world, wish)?.world ?? world;
        const { state, texts } = world;
        if (state === undefined) return;
        const target = undoTarget(state.record, { steps });
        if (target.kind === "refused") return;
        const text = texts.get(target.revision) ?? "";
        const restore = { kind: "restore" as const, revision: target.revision, ...parsePlan(text) };
        const wish = {
          by: "ada",
          make: () => ({ kind: "change" as const, commands: [restore], amend: { started: [] } }),
        };
        const granted = grant(world, wish);
        if (granted?.done.kind !== "changed") {
          // An issue that was closed for good, or a limit, stands in the way.
          expect(granted?.done).toMatchObject({ kind: "refused" });
          return;
        }
        undone += 1;
        const after = granted.world;
        expect(after.texts.get(state.record.revision + 1)).toBe(text);
        expect(after.state?.record.revisions.at(-1)).toMatchObject({ restores: target.revision, hash: planHash(text) });
      }),
      { numRuns: lawRuns(400) },
    );
    expect(undone).toBeGreaterThan(20);
  });

  test("what is written is read back: plan, record and proposal", () => {
    fc.assert(
      fc.property(wishes, (list) => {
        const { state } = list.reduce((world, wish) => grant(world, wish)?.world ?? world, emptyWorld);
        if (state === undefined) return;
        const { plan } = headOf(state);
        expect(parsePlan(formatPlan(plan))).toEqual(plan);
        expect(parseRecord(formatRecord(state.record))).toEqual(state.record);
        if (state.proposal) expect(parseProposal(formatProposal(state.proposal))).toEqual(state.proposal);
      }),
      { numRuns: lawRuns(400) },
    );
  });

  test("is shown by a comment that says which revision and text it shows", () => {
    fc.assert(
      fc.property(wishes, fc.boolean(), (list, prefixed) => {
        const { state } = list.reduce((world, wish) => grant(world, wish)?.world ?? world, emptyWorld);
        if (state === undefined) return;
        const { revision, issue } = state.record;
        const shown = formatPlanComment({ state, progress: [], prefixed });
        expect(findPlanMarker(shown)).toEqual({ plan: issue, revision, hash: headOf(state).hash });
        const told = shown
          .split("\n")
          .filter((line) => line.startsWith("**To "))
          .join("\n");
        expect(told).not.toMatch(prefixed ? /`\/(?!coppice )/ : /`\/coppice/);
      }),
      { numRuns: lawRuns(400) },
    );
  });

  test("in one comment makes one revision at most, and what the acts would make one by one", () => {
    let joined = 0;
    fc.assert(
      fc.property(wishes, wishes, (before, list) => {
        const start = before.slice(0, 4).reduce((world, wish) => grant(world, wish)?.world ?? world, emptyWorld);
        const acts = list.slice(1, 3).flatMap(({ make }) => make(start) ?? []);
        const context = contextOf(start, "bob");
        const together = actAll(start.state, acts, context);
        const revision = start.state?.record.revision ?? 0;
        if (together.kind !== "changed") return expectReason(together);
        expect(together.next.record.revision - revision).toBeLessThanOrEqual(1);
        const changes = acts.filter(({ kind }) => kind === "change").length;
        if (changes > 1) joined += 1;
        const one = oneByOne(start, acts);
        if (one?.state === undefined) return;
        expect(together.next.plan).toEqual(one.state.plan);
        expect(together.next.record.revisions.at(-1)?.hash).toBe(one.state.record.revisions.at(-1)?.hash);
      }),
      { numRuns: lawRuns(700) },
    );
    expect(joined).toBeGreaterThan(5);
  });
});

/** The same acts each by itself, all written at the same moment; undefined when one is refused. */
function oneByOne(start: World, acts: readonly Act[]): World | undefined {
  let world = start;
  for (const wanted of acts) {
    const act = wanted.kind === "change" ? { ...wanted, expects: undefined } : wanted;
    const granted = grant({ ...world, clock: start.clock }, { by: "bob", make: () => act });
    if (granted?.done.kind !== "changed") return undefined;
    world = granted.world;
  }
  return world;
}

function expectReason(done: Acted): void {
  if (done.kind !== "refused") return;
  expect(done.reason).not.toBe("");
  expect(done.reason).not.toContain("undefined");
  expect(done.reason).not.toContain("\n");
}

function expectSound(before: PlanState | undefined, state: PlanState): void {
  const { plan, hash, record, amendment } = state;
  for (const one of [plan, ...(amendment ? [amendment.plan] : [])]) expectValid(before, one);
  expect(hash).toBe(planHash(textOf(plan)));
  expect(amendment?.hash).toBe(amendment && planHash(textOf(amendment.plan)));
  expect(record.revision - (before?.record.revision ?? 0)).toBeOneOf([0, 1]);
  expect(record.revisions.map(({ revision }) => revision)).toEqual(record.revisions.map((_, index) => index + 1));
  expect(record.revisions.at(-1)).toMatchObject({ revision: record.revision, hash: headOf(state).hash });
  if (record.status.kind === "approved") {
    expect(record.status.approval.hash).toBe(hash);
    expect(record.status.approval.revision).toBeLessThanOrEqual(record.revision);
    if (amendment) expect(record.status.approval.revision).toBeLessThan(record.revision);
  } else if (record.status.kind === "draft") {
    expect(amendment).toBeUndefined();
  }
}

/** What has begun is in the newest plan as it was. */
function expectStartedAlone(before: PlanState | undefined, after: PlanState, wanted: Act): void {
  if (before?.record.status.kind !== "approved") return;
  const started = wanted.kind === "change" ? wanted.amend?.started : wanted.kind === "approve" ? wanted.started : [];
  const again = wanted.kind === "approve" && after.amendment !== undefined;
  const newest = again ? after.plan : headOf(after).plan;
  const [old, now] = [before.plan, newest].map(({ tasks }) =>
    started?.map((key) => tasks.find((task) => task.key === key)),
  );
  expect(now).toEqual(old);
}

/** How a plan is carried out changes nothing that people approve, and only a plan from scratch or a cancel forgets it. */
function expectSteeringApart(before: PlanState | undefined, after: PlanState, wanted: Act): void {
  const { steering, ...record } = after.record;
  const { steering: former, ...recordBefore } = before?.record ?? after.record;
  if (wanted.kind === "steer") {
    expect({ ...after, record }).toEqual({ ...before, record: recordBefore });
    expect(steering).not.toEqual(former);
    return;
  }
  const commands = wanted.kind === "change" || wanted.kind === "submit" ? wanted.commands : [];
  const forgets = wanted.kind === "cancel" || commands.some(({ kind }) => kind === "plan");
  expect(steering).toEqual(forgets ? undefined : former);
}

function expectValid(before: PlanState | undefined, plan: Plan): void {
  expect(planProblems(plan)).toEqual([]);
  expect(reduceNeeds(plan.tasks)).toEqual(plan.tasks);
  expect(plan.tasks.length).toBeLessThanOrEqual(Math.max(maxTasks, before?.plan.tasks.length ?? 0));
}

/** A key that was not there a moment ago was never there. */
function expectFreshKeys(before: PlanState | undefined, after: PlanState, used: ReadonlySet<string>): void {
  const old = new Set(before === undefined ? [] : headOf(before).plan.tasks.map(({ key }) => key));
  const keys = headOf(after).plan.tasks.map(({ key }) => key);
  expect(keys.filter((key) => used.has(key) && !old.has(key))).toEqual([]);
}
