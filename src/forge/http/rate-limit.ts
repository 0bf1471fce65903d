import type { Actor } from "../access/actor.ts";
import { identity } from "../access/identity.ts";

/** How much of the hour each identity has used; kept in memory only, and not yet enforced. */
export interface RateWindows {
  readonly windows: Map<string, { reset: number; used: number }>;
}

export interface RateState {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Unix seconds. */
  readonly reset: number;
}

// GitHub: 60 an hour for strangers, 5,000 for people and installations.
const limits = { anonymous: 60, user: 5000, app: 5000, installation: 5000 } as const;

export const rateWindows = (): RateWindows => ({ windows: new Map() });

/** The identity's window as it is now, after counting `cost` against it. */
export function spend({ windows }: RateWindows, actor: Actor, cost: number): RateState {
  const now = Math.floor(Date.now() / 1000);
  const key = identity(actor);
  const held = windows.get(key);
  const current = held === undefined || held.reset <= now ? { reset: now + 3600, used: 0 } : held;
  const used = current.used + cost;
  windows.set(key, { reset: current.reset, used });
  const limit = limits[actor.kind];
  return { limit, used, remaining: Math.max(0, limit - used), reset: current.reset };
}

/** Counts one request and says so in GitHub's headers. */
export function rateLimitHeaders(windows: RateWindows, actor: Actor): Record<string, string> {
  const state = spend(windows, actor, 1);
  return {
    "x-ratelimit-limit": String(state.limit),
    "x-ratelimit-remaining": String(state.remaining),
    "x-ratelimit-used": String(state.used),
    "x-ratelimit-reset": String(state.reset),
    "x-ratelimit-resource": "core",
  };
}
