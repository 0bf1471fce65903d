import { setImmediate } from "node:timers/promises";
import nock from "nock";
import { describe, expect, test } from "vitest";
import type { BudgetRequest } from "../../src/core/budget/budget.ts";
import type { BudgetLimits } from "../../src/core/budget/limits.ts";
import { githubLimits } from "../../src/core/budget/limits.ts";
import type { Answered } from "../../src/github/budget.ts";
import { openBudget } from "../../src/github/budget.ts";
import { settableClock } from "../support/memory-forge/clock.ts";
import { baseUrl, interceptRequests, testScope } from "./support.ts";

interceptRequests();

const minute = 60_000;
const read: BudgetRequest = { api: "rest", points: 1, contents: 0, priority: "people" };
const flood = 300;

/** A budget whose requests end when the test says so; `began` names them in the order in which they leave. */
function stage(limits: Partial<BudgetLimits> = {}) {
  const clock = settableClock();
  const budget = openBudget({ limits: { ...githubLimits, ...limits }, clock, signal: new AbortController().signal });
  const began: string[] = [];
  const endings: (() => void)[] = [];
  const ask = (name: string, request: BudgetRequest) =>
    budget.perform(request, () => {
      began.push(name);
      const answer: Answered<string> = { outcome: { kind: "value", value: name }, verdict: {} };
      return new Promise<Answered<string>>((resolve) => endings.push(() => resolve(answer)));
    });
  const project = (plan: string) => {
    for (let asked = 0; asked < flood; asked++) {
      ask(plan, { ...read, priority: "projection" }).catch(() => undefined);
    }
  };
  return { clock, ask, project, began, endings };
}

describe("a person's read, while two plans flood the budget with projections,", () => {
  test("leaves at once: their share of the requests under way and of the points is not theirs alone", async () => {
    for (const limits of [{ inFlight: 10 }, { restPoints: 10 }]) {
      const { ask, project, began } = stage(limits);
      project("first plan");
      project("second plan");
      await setImmediate();
      expect(began).toHaveLength(7);
      void ask("person", read);
      await setImmediate();
      expect(began.at(-1)).toBe("person");
    }
  });

  test("waits for one request at most where only one may be under way", async () => {
    const { ask, project, began, endings } = stage({ inFlight: 1 });
    project("first plan");
    project("second plan");
    void ask("work", { ...read, priority: "work" });
    void ask("person", read);
    await setImmediate();
    for (const _ of [1, 2]) {
      endings.at(-1)?.();
      await setImmediate();
    }
    expect(began).toEqual(["first plan", "person", "work"]);
  });

  test("is not given up with them when they have waited for too long", async () => {
    const { clock, ask, project, began } = stage({ restPoints: 10 });
    project("a plan");
    clock.advance(3 * minute);
    void ask("person", read);
    await setImmediate();
    expect(began.at(-1)).toBe("person");
  });
});

describe("a window that never opens", () => {
  test("because what is under way takes its room: who has waited for two minutes is told so", async () => {
    const { clock, ask, endings } = stage({ inFlight: 1 });
    void ask("slow", read);
    const [first, ...others] = [ask("first", read), ask("second", read), ask("third", { ...read, priority: "work" })];
    await setImmediate();
    clock.advance(2 * minute + 1);
    endings[0]?.();
    const told = await Promise.allSettled(others);
    endings[1]?.();
    expect(await first).toBe("first");
    for (const one of told) {
      expect(one).toMatchObject({
        status: "rejected",
        reason: { code: "forge-limited", message: expect.stringMatching(/no room .* REST request.* for 120 s/) },
      });
    }
  });

  test("because a request is larger than the limit itself: it is told so at once and holds nobody up", async () => {
    const { ask, began } = stage({ contentsPerMinute: 5 });
    await expect(ask("huge", { ...read, contents: 6 })).rejects.toMatchObject({
      code: "forge-limited",
      message: expect.stringMatching(/no room for so large/),
    });
    void ask("next", { ...read, contents: 5 });
    await setImmediate();
    expect(began).toEqual(["next"]);
  });

  test("is none that a share alone is too small for: the request leaves when it is alone", async () => {
    const { ask, began } = stage({ contentsPerMinute: 1, inFlight: 1, restPoints: 5 });
    void ask("projection", { ...read, points: 5, contents: 1, priority: "projection" });
    await setImmediate();
    expect(began).toEqual(["projection"]);
  });
});

describe("what the forge says of windows", () => {
  const thing = (id: number) => ({ route: "GET /things/{id}", parameters: { id } });

  test("a secondary limit met by some of twenty requests under way is one strike; nothing leaves until it is over", async () => {
    const { scope, clock } = testScope();
    const sent: number[] = [];
    const refusal = { message: "You have exceeded a secondary rate limit." };
    const on = (status: number, body: object, ids: readonly number[]) => {
      for (const id of ids) {
        const asked = nock(baseUrl).get(`/things/${id}`);
        asked.reply(status, () => {
          sent.push(clock.monotonic());
          return body;
        });
      }
    };
    const all = Array.from({ length: 20 }, (_, id) => id);
    on(403, refusal, all.slice(0, 8));
    on(200, {}, [...all.slice(8), ...all.slice(0, 8), 20]);
    const asked = all.map((id) => scope.client.send(thing(id)));
    while (scope.client.closedFor("rest") === 0) await setImmediate();
    await Promise.all([...asked, scope.client.send(thing(20))]);
    expect(sent.filter((at) => at > 0 && at < minute)).toEqual([]);
    expect([sent.length, clock.monotonic()]).toEqual([29, minute]);
  });

  test.each([
    ["a date, by the forge's own clock", "Mon, 01 Jun 2020 12:01:30 GMT", 90_000],
    ["ten years", String(10 * 365 * 86_400), 86_400_000],
    ["no time at all", "0", 1_000],
  ])("a retry-after of %s is understood", async (_, said, closed) => {
    const { scope } = testScope();
    const headers = { date: "Mon, 01 Jun 2020 12:00:00 GMT", "retry-after": said };
    nock(baseUrl).post("/things").reply(429, { message: "slow down" }, headers);
    if (closed < 2 * minute) nock(baseUrl).post("/things").reply(201, {});
    const sent = scope.client.send({ route: "POST /things" });
    const ended = sent.catch(() => undefined);
    while (scope.client.closedFor("rest") === 0) await setImmediate();
    expect(scope.client.closedFor("rest")).toBe(closed);
    await ended;
  });

  test("a reset that a wrong clock puts into another year shuts for an hour at most", async () => {
    const { scope } = testScope();
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444800" };
    nock(baseUrl).get("/things/1").reply(200, {}, headers);
    await scope.client.send(thing(1));
    expect(scope.client.closedFor("rest")).toBe(60 * minute);
  });
});
