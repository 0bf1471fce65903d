import { expect } from "vitest";
import type { BudgetApi, Verdict } from "../../../../src/core/budget/budget.ts";
import { githubLimits } from "../../../../src/core/budget/limits.ts";
import { CoppiceError } from "../../../../src/core/errors.ts";
import type { Answered, Budget } from "../../../../src/github/budget.ts";
import { openBudget } from "../../../../src/github/budget.ts";
import type { SettableClock } from "../../../support/memory-forge/clock.ts";
import { settableClock } from "../../../support/memory-forge/clock.ts";
import { chaos } from "../../chaos.ts";
import { mostWithin } from "../../embedded/creations.ts";
import type { Random } from "../../random.ts";

/** A minute's window, and how long an answer travels; milliseconds. */
const window = 60_000;
const latency = 50;
const callers = 10;

/** Who is given up by the budget comes again after this, milliseconds. */
const rest = 5 * 60_000;

chaos(7, "in memory", async ({ count, random }) => {
  const clock = settableClock();
  const forge = openLimitedForge(clock, random);
  const budget = openBudget({ limits: githubLimits, clock, signal: new AbortController().signal });
  let left = count;
  const call = async () => {
    while (left > 0) {
      left -= 1;
      await insist(budget, clock, { api: random.pick(["rest", "graphql"]), contents: random.below(4) }, forge.serve);
    }
  };
  const done = Promise.all(Array.from({ length: callers }, call));
  let isDone = false;
  void done.then(() => {
    isDone = true;
  });
  while (!isDone) await clock.step(Number.POSITIVE_INFINITY);
  await done;
  expect(forge.seen.refused).toBeGreaterThan(0);
  expect(forge.seen.inside).toBe(0);
  const [minute, hour] = [mostWithin(forge.made, 60_000), mostWithin(forge.made, 3_600_000)];
  expect(minute).toBeLessThanOrEqual(80);
  expect(hour).toBeLessThanOrEqual(500);
  return { "windows closed": forge.seen.refused, "requests inside": 0, "creations a minute": minute, "an hour": hour };
});

interface Request {
  readonly api: BudgetApi;
  readonly contents: number;
}

/** Comes again until it was served, as the loops do. */
async function insist(
  budget: Budget,
  clock: SettableClock,
  request: Request,
  serve: (request: Request) => Promise<Answered<undefined>>,
): Promise<void> {
  for (;;) {
    try {
      return await budget.perform({ ...request, points: 5, priority: "work" }, () => serve(request));
    } catch (error) {
      if (!(error instanceof CoppiceError)) throw error;
      await clock.sleep(rest);
    }
  }
}

/** Refuses half of what it is asked, in each of GitHub's three ways, and then everything until the window has passed. */
function openLimitedForge(clock: SettableClock, random: Random) {
  const shut = { rest: 0, graphql: 0 };
  const heard = { rest: 0, graphql: 0 };
  const seen = { refused: 0, inside: 0 };
  const made: { at: number; total: number }[] = [{ at: 0, total: 0 }];
  const refuse = (apis: readonly BudgetApi[], verdict: Verdict): Answered<undefined> => {
    seen.refused += 1;
    for (const api of apis) {
      shut[api] = clock.monotonic() + window;
      heard[api] = clock.monotonic() + 2 * latency;
    }
    return { outcome: { kind: "error", error: new CoppiceError("forge-limited", "later") }, verdict };
  };
  const ways = [
    () => refuse(["rest", "graphql"], { refused: { retryIn: window } }),
    (api: BudgetApi) => refuse([api], { primary: { remaining: 0, resetIn: window } }),
    () => refuse(["rest", "graphql"], { refused: {} }),
  ];
  const serve = async ({ api, contents }: Request): Promise<Answered<undefined>> => {
    await clock.sleep(latency);
    const now = clock.monotonic();
    const isShut = now < shut[api];
    if (isShut && now > heard[api]) seen.inside += 1;
    const answer = isShut || random.chance(0.5) ? random.pick(ways)(api) : undefined;
    if (answer === undefined) made.push({ at: now, total: (made.at(-1)?.total ?? 0) + contents });
    await clock.sleep(latency);
    return answer ?? { outcome: { kind: "value", value: undefined }, verdict: {} };
  };
  return { serve, seen, made };
}
