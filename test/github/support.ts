import nock from "nock";
import { afterEach, beforeEach, expect } from "vitest";
import { z } from "zod";
import type { BudgetLimits } from "../../src/core/budget/limits.ts";
import { githubLimits } from "../../src/core/budget/limits.ts";
import { openBudget } from "../../src/github/budget.ts";
import { openClient } from "../../src/github/client.ts";
import { openNodes } from "../../src/github/nodes.ts";
import type { Scope } from "../../src/github/scope.ts";
import { countUsage } from "../../src/github/usage.ts";
import { openWrites } from "../../src/github/writes.ts";
import type { HurryingClock } from "../support/hurrying-clock.ts";
import { hurryingClock } from "../support/hurrying-clock.ts";

export const host = "https://forge.test";
export const baseUrl = `${host}/api/v3`;
/** What the repository's routes begin with. */
export const base = "/api/v3/repos/octo/sample";

/** Intercepts every request of each test of a file; one that was not expected fails, one that was not made too. */
export function interceptRequests(): void {
  beforeEach(() => {
    nock.disableNetConnect();
  });
  afterEach(() => {
    const pending = nock.pendingMocks();
    nock.cleanAll();
    nock.enableNetConnect();
    expect(pending).toEqual([]);
  });
}

export interface TestScope {
  readonly scope: Scope;
  readonly clock: HurryingClock;
  readonly usage: ReturnType<typeof countUsage>;
  readonly stop: AbortController;
}

/** The repository `octo/sample` behind a client, with the token `t0` and under GitHub's limits unless told otherwise. */
export function testScope(options: { limits?: BudgetLimits; token?: () => string } = {}): TestScope {
  const clock = hurryingClock();
  const stop = new AbortController();
  const usage = countUsage(clock);
  const { signal } = stop;
  const client = openClient({
    baseUrl,
    authorize: async () => `token ${options.token?.() ?? "t0"}`,
    reauthorize: () => false,
    budget: openBudget({ limits: options.limits ?? githubLimits, clock, signal }),
    usage,
    clock,
    signal,
  });
  const repository = { owner: "octo", name: "sample" };
  const writes = openWrites({ client, clock, signal });
  const ids = { nodeId: "R_1", botLogin: "coppice[bot]", nodes: openNodes() };
  return { scope: { client, writes, clock, signal, repository, ...ids }, clock, usage, stop };
}

/** What a GraphQL request said. */
export interface GraphqlBody {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

const graphqlBody = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()) });

/** Expects one GraphQL request and answers it. */
export function onGraphql(answer: (body: GraphqlBody) => nock.Body): nock.Scope {
  return nock(host)
    .post("/api/graphql")
    .reply(200, async (request) => answer(graphqlBody.parse(await request.json())));
}
