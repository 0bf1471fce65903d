import { type Allowance, type Cost, type Limits, openLimits } from "../limits/limits.ts";
import { type Caller, type ClosedWindows, closedWindows, type Refusal } from "./closed-windows.ts";
import { type Draws, draws } from "./draws.ts";
import { matches } from "./matches.ts";
import type { DeliveryRule, Faultiness, Moment, RequestRule } from "./plan.ts";

/** A request as far as rules look at it. */
export interface Asked extends Cost {
  /** The route's name in counts. */
  readonly name: string;
  /** It changes nothing, whatever it answers. */
  readonly reads: boolean;
  /** Limits are the API's; git has none here. */
  readonly isApi: boolean;
}

/** What is to happen to one request. */
export type RequestFault =
  | { readonly kind: "status"; readonly status: number; readonly moment: Moment }
  | { readonly kind: "reset"; readonly moment: Moment }
  | { readonly kind: "timeout"; readonly milliseconds: number; readonly moment: Moment }
  | { readonly kind: "limited"; readonly refusal: Refusal }
  | { readonly kind: "stale"; readonly milliseconds: number };

/** What is to happen to one delivery. */
export interface DeliveryFate {
  /** How often it is sent. */
  readonly copies: 0 | 1 | 2;
  /** Whether one that is not sent is listed as timed out. */
  readonly listed: boolean;
  /** How long it waits first. */
  readonly milliseconds: number;
}

/** How often what happened since the plan was set. */
export type FaultsSeen = Readonly<Record<FaultKind, number>>;

const kinds = [
  "status",
  "reset",
  "timeout",
  "limited",
  "stale",
  /** Of `status`, `reset` and `timeout`: those that hit before the effect, and after it. */
  "before",
  "after",
  "drop",
  "double",
  "delay",
  "shuffle",
  /** Requests beyond GitHub's limits. */
  "overLimit",
  /** Requests of a caller who had been told to wait: violations. */
  "insideClosedWindow",
  /** The same, so soon after the refusal that they may have been on their way. */
  "onTheirWay",
] as const;
export type FaultKind = (typeof kinds)[number];

/** The forge's moods: nothing happens until a plan is set. */
export interface Faults {
  set(plan: Faultiness | undefined): void;
  readonly plan: Faultiness | undefined;
  seen(): FaultsSeen;
  /** Whether anything can befall requests; where nothing can, nobody need ask. */
  readonly isActive: boolean;
  /** Whether any rule is for deliveries: they may then go in another order. */
  readonly holdsDeliveries: boolean;
  /** The oldest state a read may be answered from, milliseconds; 0 while none may be stale. */
  readonly oldest: number;
  /** Every request asked about must be ended. */
  request(asked: Asked, now: number): RequestFault | undefined;
  end(asked: Asked, answer: { status: number }, now: number): void;
  /** What the caller may still ask for this hour; undefined where nothing is limited. */
  allowance(caller: Caller, now: number): Allowance | undefined;
  /** Mutations of one request that take effect. */
  readonly mostMutations: number;
  delivery(event: string): DeliveryFate;
}

/** Faults that obey the plan last set; counts begin anew with each. */
export function faults(): Faults {
  let mood = moodOf(undefined);
  return {
    set: (plan) => {
      mood = moodOf(plan);
    },
    get plan() {
      return mood.plan;
    },
    seen: () => ({ ...mood.counts }),
    get isActive() {
      return mood.limits !== undefined || (mood.plan !== undefined && mood.plan.requests.length > 0);
    },
    get holdsDeliveries() {
      return mood.plan !== undefined && mood.plan.deliveries.length > 0;
    },
    get oldest() {
      return Math.max(
        0,
        ...(mood.plan?.requests ?? []).map((rule) => (rule.fault === "stale" ? rule.milliseconds : 0)),
      );
    },
    request: (asked, now) =>
      closedFault(mood, asked, now) ?? limitFault(mood, asked, now) ?? firstFault(mood, asked, now),
    end: (asked, answer, now) => {
      // Another plan may have come in between; what its limits did not let in they need not let go.
      if (mood.taken.delete(asked)) mood.limits?.end(asked, answer, now);
    },
    allowance: (caller, now) => mood.limits?.allowance(caller, now),
    get mostMutations() {
      return mood.limits?.numbers.mutations ?? Number.POSITIVE_INFINITY;
    },
    delivery: (event) => fateOf(mood, event),
  };
}

interface Mood {
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

function moodOf(plan: Faultiness | undefined): Mood {
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  const limits = plan?.limits && openLimits(plan.limits);
  const empty = { windows: closedWindows(), taken: new Set<Asked>(), hits: new Map() };
  return { plan, draw: draws(plan?.seed ?? 0), counts, limits, ...empty };
}

function closedFault({ windows, counts }: Mood, asked: Asked, now: number): RequestFault | undefined {
  // Asking what is left is always answered.
  const refusal = asked.isApi && !asked.isFree ? windows.find(asked, now) : undefined;
  if (refusal === undefined) return undefined;
  counts[now < refusal.heardAt ? "onTheirWay" : "insideClosedWindow"] += 1;
  return { kind: "limited", refusal };
}

// Requests that were under way when a limit was overstepped are no violation. Milliseconds.
const grace = 1_000;

function limitFault({ limits, taken, windows, counts }: Mood, asked: Asked, now: number): RequestFault | undefined {
  if (limits === undefined || !asked.isApi) return undefined;
  const excess = limits.take(asked, now);
  if (excess === undefined) {
    taken.add(asked);
    return undefined;
  }
  counts.overLimit += 1;
  const refusal: Refusal = { ...excess, status: 403, heardAt: now + grace };
  windows.close(asked, refusal);
  return { kind: "limited", refusal };
}

function firstFault(mood: Mood, asked: Asked, now: number): RequestFault | undefined {
  const rules = mood.plan?.requests ?? [];
  // Every rule that could hit draws, so that no rule's luck depends on the others'.
  const hit = rules.filter((rule, at) => applies(rule, asked) && strikes(mood, rule, `request ${at} ${asked.name}`))[0];
  if (hit === undefined) return undefined;
  mood.hits.set(hit, (mood.hits.get(hit) ?? 0) + 1);
  mood.counts[hit.fault] += 1;
  const fault = faultOf(mood, hit, asked, now);
  if ("moment" in fault) mood.counts[fault.moment] += 1;
  if (fault.kind === "limited") mood.windows.close(asked, fault.refusal);
  return fault;
}

function applies(rule: RequestRule, asked: Asked): boolean {
  if (rule.fault === "limited" && !asked.isApi) return false;
  if (rule.fault === "stale" && !(asked.isApi && asked.reads)) return false;
  return matches(rule.route, asked.name);
}

function strikes({ draw, hits }: Mood, rule: RequestRule | DeliveryRule, purpose: string): boolean {
  const isSpent = rule.times !== undefined && (hits.get(rule) ?? 0) >= rule.times;
  return draw(purpose) < rule.share && !isSpent;
}

function faultOf({ draw }: Mood, rule: RequestRule, { name }: Asked, now: number): RequestFault {
  const momentOf = (when: Moment | "either"): Moment =>
    when === "either" ? (draw(`moment ${name}`) < 0.5 ? "before" : "after") : when;
  switch (rule.fault) {
    case "status":
      return { kind: "status", status: rule.status, moment: momentOf(rule.when) };
    case "reset":
      return { kind: "reset", moment: momentOf(rule.when) };
    case "timeout":
      return { kind: "timeout", milliseconds: rule.milliseconds, moment: momentOf(rule.when) };
    case "stale":
      return { kind: "stale", milliseconds: rule.milliseconds };
    case "limited": {
      const { how, seconds, graceMilliseconds } = rule;
      // Unix seconds are all that `x-ratelimit-reset` can say.
      const until = how === "primary" ? Math.ceil(now / 1_000 + seconds) * 1_000 : now + seconds * 1_000;
      return { kind: "limited", refusal: { how, status: rule.status ?? 403, until, heardAt: now + graceMilliseconds } };
    }
  }
}

function fateOf(mood: Mood, event: string): DeliveryFate {
  const rules = mood.plan?.deliveries ?? [];
  const struck = rules.filter(
    (rule, at) => matches(rule.event, event) && strikes(mood, rule, `delivery ${at} ${event}`),
  );
  const dropped = struck.find((rule) => rule.fault === "drop");
  const hit = dropped === undefined ? struck : [dropped];
  for (const rule of hit) {
    mood.hits.set(rule, (mood.hits.get(rule) ?? 0) + 1);
    mood.counts[rule.fault] += 1;
  }
  const copies = dropped !== undefined ? 0 : hit.some((rule) => rule.fault === "double") ? 2 : 1;
  const waits = hit.map((rule) => {
    if (rule.fault === "delay") return rule.milliseconds;
    return rule.fault === "shuffle" ? rule.milliseconds * mood.draw(`shuffle ${event}`) : 0;
  });
  return { copies, listed: dropped?.listed ?? true, milliseconds: waits.reduce((sum, wait) => sum + wait, 0) };
}
