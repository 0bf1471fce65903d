import type { Refusal } from "./closed-windows.ts";
import type { Asked, RequestFault } from "./fault.ts";
import { matches } from "./matches.ts";
import { type Mood, note, strikes } from "./mood.ts";
import type { Moment, RequestRule } from "./plan.ts";

/** What is to happen to the request: a window that is closed comes first, then limits, then rules. */
export function requestFault(mood: Mood, asked: Asked, now: number): RequestFault | undefined {
  return closedFault(mood, asked, now) ?? limitFault(mood, asked, now) ?? firstFault(mood, asked, now);
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
  note(mood, hit);
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
