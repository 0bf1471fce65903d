import type { DeliveryFate, Faults } from "../faults/faults.ts";
import type { Delivery } from "../model/delivery.ts";

/** When the next one is due, and what is to happen to it. */
export interface Due {
  readonly delivery: Delivery;
  readonly fate: DeliveryFate;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Which delivery goes next, where faults hold some back. */
export interface Pace {
  next(waiting: readonly Delivery[], now: number): Due | undefined;
  done(delivery: Delivery): void;
}

/** Draws each delivery's fate once, when it is first seen; a restart draws anew for what it still finds waiting. */
export function pace(faults: Faults): Pace {
  const drawn = new Map<number, Omit<Due, "delivery">>();
  let plan = faults.plan;
  const dueOf = (delivery: Delivery, now: number): Due => {
    const held = drawn.get(delivery.id);
    if (held !== undefined) return { delivery, ...held };
    const fate = faults.delivery(delivery.event);
    const due = { fate, at: now + fate.milliseconds };
    drawn.set(delivery.id, due);
    return { delivery, ...due };
  };
  return {
    // The sort is stable: those due at once go in the order of their events.
    next: (waiting, now) => {
      // Another plan: what the last one held back goes by the new one.
      if (plan !== faults.plan) drawn.clear();
      plan = faults.plan;
      return waiting.map((delivery) => dueOf(delivery, now)).sort((left, right) => left.at - right.at)[0];
    },
    done: ({ id }) => {
      drawn.delete(id);
    },
  };
}
