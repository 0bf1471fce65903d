import type { Allowance } from "../limits/limits.ts";
import type { Caller } from "./closed-windows.ts";
import { deliveryFate } from "./delivery-fate.ts";
import type { Asked, DeliveryFate, FaultsSeen, RequestFault } from "./fault.ts";
import { moodOf } from "./mood.ts";
import type { Faultiness } from "./plan.ts";
import { requestFault } from "./request-fault.ts";

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
  end(asked: Asked, answer: { status: number }): void;
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
    request: (asked, now) => requestFault(mood, asked, now),
    end: (asked, answer) => {
      // Another plan may have come in between; what its limits did not let in they need not let go.
      if (mood.taken.delete(asked)) mood.limits?.end(asked, answer);
    },
    allowance: (caller, now) => mood.limits?.allowance(caller, now),
    get mostMutations() {
      return mood.limits?.numbers.mutations ?? Number.POSITIVE_INFINITY;
    },
    delivery: (event) => deliveryFate(mood, event),
  };
}
