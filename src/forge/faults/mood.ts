import { type Limits, openLimits } from "../limits/limits.ts";
import { type ClosedWindows, closedWindows } from "./closed-windows.ts";
import { type Draws, draws } from "./draws.ts";
import { type Asked, type FaultKind, faultKinds } from "./fault.ts";
import type { DeliveryRule, Faultiness, RequestRule } from "./plan.ts";

/** One plan, and what has come of it so far. */
export interface Mood {
  readonly plan: Faultiness | undefined;
  readonly draw: Draws;
  readonly windows: ClosedWindows;
  readonly counts: Record<FaultKind, number>;
  readonly limits: Limits | undefined;
  /** Requests under way that count against the limits. */
  readonly taken: Set<Asked>;
  /** How often each rule hit. */
  readonly hits: Map<RequestRule | DeliveryRule, number>;
}

/** A plan of which nothing has happened yet. */
export function moodOf(plan: Faultiness | undefined): Mood {
  const counts = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  const limits = plan?.limits && openLimits(plan.limits);
  const empty = { windows: closedWindows(), taken: new Set<Asked>(), hits: new Map() };
  return { plan, draw: draws(plan?.seed ?? 0), counts, limits, ...empty };
}

/** Draws whether the rule hits what matches it. */
export function strikes({ draw, hits }: Mood, rule: RequestRule | DeliveryRule, purpose: string): boolean {
  const isSpent = rule.times !== undefined && (hits.get(rule) ?? 0) >= rule.times;
  return draw(purpose) < rule.share && !isSpent;
}

/** The rule has hit. */
export function note({ hits, counts }: Mood, rule: RequestRule | DeliveryRule): void {
  hits.set(rule, (hits.get(rule) ?? 0) + 1);
  counts[rule.fault] += 1;
}
