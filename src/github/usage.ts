import { AsyncLocalStorage } from "node:async_hooks";
import type { ApiCount, ApiTally, CountedRequest, Saved } from "../core/budget/api-counts.ts";
import { countRequest, listCounts } from "../core/budget/api-counts.ts";
import type { Clock } from "../ports/clock.ts";

/** Requests of one route so far: what `bench:api` prints. */
export type RouteUsage = Omit<ApiCount, "hour" | "plan">;

/** What was asked of the API in the latest hours, by plan and route. */
export interface ApiCounts {
  /** The newest hour first, in it the most requests. */
  list(): readonly ApiCount[];
}

/** Counts by route, and by plan and hour. */
export interface UsageCounter extends ApiCounts {
  count(route: string, contents: number): void;
  /** A request that was counted had the answer that was known already, or one was not sent because another's answer was its own. */
  note(route: string, saved: Saved): void;
  /** By route since the start, most requests first. */
  read(): readonly RouteUsage[];
}

type ServedPlan = CountedRequest["plan"];

const serving = new AsyncLocalStorage<ServedPlan>();

/** What is asked while `work` goes on is asked for this plan. */
export function serve<Answer>(plan: ServedPlan, work: () => Promise<Answer>): Promise<Answer> {
  return serving.run(plan, work);
}

/** Whom the work under way serves. */
export function servedPlan(): ServedPlan {
  return serving.getStore();
}

/** A counter that starts at nothing. */
export function countUsage(clock: Pick<Clock, "now">): UsageCounter {
  const routes = new Map<string, RouteUsage>();
  let tally: ApiTally = [];
  const add = (request: Omit<CountedRequest, "plan">) => {
    const plan = servedPlan();
    tally = countRequest(tally, { ...request, ...(plan === undefined ? {} : { plan }) }, clock.now());
  };
  return {
    count(route, contents) {
      const known = routes.get(route) ?? { route, requests: 0, contents: 0 };
      routes.set(route, { ...known, requests: known.requests + 1, contents: known.contents + contents });
      add({ route, contents });
    },
    note(route, saved) {
      const known = routes.get(route) ?? { route, requests: 0, contents: 0 };
      routes.set(route, { ...known, [saved]: (known[saved] ?? 0) + 1 });
      add({ route, contents: 0, saved });
    },
    read: () => [...routes.values()].sort((a, b) => b.requests - a.requests || a.route.localeCompare(b.route)),
    list: () => listCounts(tally),
  };
}
