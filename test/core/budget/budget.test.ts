import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BudgetRequest, BudgetState } from "../../../src/core/budget/budget.ts";
import { admit, closedFor, openBudgetState, settle } from "../../../src/core/budget/budget.ts";
import { budgetPriorities, githubLimits, unlimited } from "../../../src/core/budget/limits.ts";

const minute = 60_000;
const read: BudgetRequest = { api: "rest", points: 1, contents: 0, priority: "people" };
const create: BudgetRequest = { api: "rest", points: 5, contents: 1, priority: "people" };

describe("the limits", () => {
  const request = fc.record({
    api: fc.constantFrom("rest" as const, "graphql" as const),
    points: fc.constantFrom(1, 5),
    contents: fc.integer({ min: 0, max: 10 }),
    priority: fc.constantFrom(...budgetPriorities),
  });
  const limits = fc.record({
    restPoints: fc.integer({ min: 5, max: 60 }),
    graphqlPoints: fc.integer({ min: 5, max: 60 }),
    contentsPerMinute: fc.integer({ min: 1, max: 25 }),
    contentsPerHour: fc.integer({ min: 1, max: 80 }),
    inFlight: fc.integer({ min: 1, max: 8 }),
  });
  /** Pauses, how long each request takes, and where in that time the forge counts it. */
  const step = fc.record({
    request,
    pause: fc.oneof(fc.integer({ min: 0, max: 4_000 }), fc.integer({ min: 0, max: 40 * minute })),
    takes: fc.integer({ min: 0, max: 30_000 }),
    counted: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  test("hold in every window, wherever between start and end the forge counts a request", () => {
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 120 }), (bounds, steps) => {
        const { counted, mostUnderWay } = play(bounds, steps);
        expect(mostUnderWay).toBeLessThanOrEqual(bounds.inFlight);
        for (const { at } of counted) {
          const within = (length: number) => counted.filter((other) => other.at > at - length && other.at <= at);
          const sum = (rows: typeof counted, cost: (request: BudgetRequest) => number) =>
            rows.reduce((total, row) => total + cost(row.request), 0);
          const lastMinute = within(minute);
          const points = (api: string) => (asked: BudgetRequest) => (asked.api === api ? asked.points : 0);
          expect(sum(lastMinute, points("rest"))).toBeLessThanOrEqual(bounds.restPoints);
          expect(sum(lastMinute, points("graphql"))).toBeLessThanOrEqual(bounds.graphqlPoints);
          expect(sum(lastMinute, (asked) => asked.contents)).toBeLessThanOrEqual(bounds.contentsPerMinute);
          expect(sum(within(60 * minute), (asked) => asked.contents)).toBeLessThanOrEqual(bounds.contentsPerHour);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("are reached: a minute lets all eighty creations through, and the next minute the next", () => {
    let state = openBudgetState(githubLimits);
    let made = 0;
    for (let now = 0; now < 2 * minute; now += 100) {
      const admission = admit(state, create, now);
      state = admission.state;
      if (admission.kind === "go") {
        made += 1;
        state = settle(state, admission.ticket, {}, now);
      }
    }
    expect(made).toBe(160);
  });

  test("wait exactly until there is room", () => {
    let state = openBudgetState({ ...unlimited, contentsPerMinute: 2 });
    for (const now of [0, 10_000]) state = go(state, create, now);
    const refused = admit(state, create, 20_000);
    expect(refused).toMatchObject({ kind: "wait", milliseconds: 40_000 });
    expect(admit(refused.state, create, 59_999).kind).toBe("wait");
    expect(admit(refused.state, create, 60_000).kind).toBe("go");
  });

  test("do not hold reads back when only creations are spent", () => {
    let state = openBudgetState({ ...githubLimits, contentsPerMinute: 1 });
    state = go(state, create, 0);
    expect(admit(state, create, 1).kind).toBe("wait");
    expect(admit(state, read, 1).kind).toBe("go");
  });
});

test("room is kept for people: projections stop first, then work, and a person's answer still goes", () => {
  let state = openBudgetState({ ...unlimited, contentsPerMinute: 10 });
  for (let made = 0; made < 7; made++) state = go(state, create, 0);
  expect(admit(state, { ...create, priority: "projection" }, 1).kind).toBe("wait");
  for (let made = 0; made < 2; made++) state = go(state, { ...create, priority: "work" }, 1);
  expect(admit(state, { ...create, priority: "work" }, 2).kind).toBe("wait");
  expect(admit(state, create, 2).kind).toBe("go");
});

describe("what the forge says", () => {
  test("retry-after shuts everything for as long as it says", () => {
    const state = answered(openBudgetState(unlimited), { refused: { retryIn: 30_000 } }, 1_000);
    expect(admit(state, read, 30_999)).toMatchObject({ kind: "wait", milliseconds: 1 });
    expect(admit(state, { ...read, api: "graphql" }, 30_999).kind).toBe("wait");
    expect(admit(state, read, 31_000).kind).toBe("go");
  });

  test("a refusal without a time waits one minute, then two, then four, and starts over after a success", () => {
    let state = openBudgetState(unlimited);
    let now = 0;
    for (const minutes of [1, 2, 4]) {
      state = answered(state, { refused: {} }, now);
      expect(closedFor(state, "rest", now)).toBe(minutes * minute);
      now += minutes * minute;
    }
    state = answered(state, {}, now);
    state = answered(state, { refused: {} }, now + 1);
    expect(closedFor(state, "rest", now + 1)).toBe(minute);
  });

  test("requests refused together are one strike", () => {
    let state = openBudgetState(unlimited);
    const tickets: number[] = [];
    for (let count = 0; count < 5; count++) {
      const admission = admit(state, read, 0);
      state = admission.state;
      if (admission.kind === "go") tickets.push(admission.ticket);
    }
    for (const ticket of tickets) state = settle(state, ticket, { refused: {} }, 10);
    expect(closedFor(state, "rest", 10)).toBe(minute);
    expect(state.strikes).toBe(1);
  });

  test("an exhausted primary limit shuts its own API until the reset and leaves the other open", () => {
    const state = answered(openBudgetState(unlimited), { primary: { remaining: 0, resetIn: 5 * minute } }, 0);
    expect(admit(state, read, 5 * minute - 1)).toMatchObject({ kind: "wait", milliseconds: 1 });
    expect(admit(state, { ...read, api: "graphql" }, 1).kind).toBe("go");
    expect(admit(state, read, 5 * minute).kind).toBe("go");
  });

  test("the last request of the primary limit goes once, not once per request under way", () => {
    let state = answered(openBudgetState(unlimited), { primary: { remaining: 1, resetIn: minute } }, 0);
    const first = admit(state, read, 1);
    expect(first.kind).toBe("go");
    state = first.state;
    expect(admit(state, read, 1).kind).toBe("wait");
  });

  test("an answer overtaken by a newer one does not raise what is left", () => {
    const first = admit(openBudgetState(unlimited), read, 0);
    const second = admit(first.state, read, 0);
    if (first.kind === "wait" || second.kind === "wait") throw new Error("an empty budget made a request wait");
    let state = settle(second.state, second.ticket, { primary: { remaining: 0, resetIn: minute } }, 10);
    state = settle(state, first.ticket, { primary: { remaining: 1, resetIn: minute } }, 20);
    expect(closedFor(state, "rest", 20)).toBeGreaterThan(0);
  });
});

/** Runs the steps as a patient caller would and gives when each admitted request was counted by the forge. */
function play(
  bounds: typeof githubLimits,
  steps: readonly { request: BudgetRequest; pause: number; takes: number; counted: number }[],
) {
  let state = openBudgetState(bounds);
  let now = 0;
  let mostUnderWay = 0;
  const underWay: { ticket: number; end: number }[] = [];
  const counted: { at: number; request: BudgetRequest }[] = [];
  for (const { request, pause, takes, counted: where } of steps) {
    now += pause;
    for (const ended of underWay.filter(({ end }) => end <= now).sort((a, b) => a.end - b.end)) {
      underWay.splice(underWay.indexOf(ended), 1);
      state = settle(state, ended.ticket, {}, ended.end);
    }
    const admission = admit(state, request, now);
    state = admission.state;
    if (admission.kind === "wait") continue;
    underWay.push({ ticket: admission.ticket, end: now + takes });
    counted.push({ at: now + takes * where, request });
    mostUnderWay = Math.max(mostUnderWay, underWay.length);
  }
  return { counted, mostUnderWay };
}

function go(state: BudgetState, request: BudgetRequest, now: number): BudgetState {
  const admission = admit(state, request, now);
  if (admission.kind === "wait") throw new Error(`had to wait ${admission.milliseconds} ms`);
  return settle(admission.state, admission.ticket, {}, now);
}

function answered(state: BudgetState, verdict: Parameters<typeof settle>[2], now: number): BudgetState {
  const admission = admit(state, read, now);
  if (admission.kind === "wait") throw new Error(`had to wait ${admission.milliseconds} ms`);
  return settle(admission.state, admission.ticket, verdict, now);
}
