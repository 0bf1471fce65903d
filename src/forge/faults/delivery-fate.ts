import type { DeliveryFate } from "./fault.ts";
import { matches } from "./matches.ts";
import { type Mood, note, strikes } from "./mood.ts";

/** What is to happen to the delivery: all rules that hit together, unless one drops it. */
export function deliveryFate(mood: Mood, event: string): DeliveryFate {
  const rules = mood.plan?.deliveries ?? [];
  const struck = rules.filter(
    (rule, at) => matches(rule.event, event) && strikes(mood, rule, `delivery ${at} ${event}`),
  );
  const dropped = struck.find((rule) => rule.fault === "drop");
  const hit = dropped === undefined ? struck : [dropped];
  for (const rule of hit) note(mood, rule);
  const copies = dropped !== undefined ? 0 : hit.some((rule) => rule.fault === "double") ? 2 : 1;
  const waits = hit.map((rule) => {
    if (rule.fault === "delay") return rule.milliseconds;
    return rule.fault === "shuffle" ? rule.milliseconds * mood.draw(`shuffle ${event}`) : 0;
  });
  return { copies, listed: dropped?.listed ?? true, milliseconds: waits.reduce((sum, wait) => sum + wait, 0) };
}
