import type { DeliveryFate } from "../faults/fault.ts";
import type { Faults } from "../faults/faults.ts";
import type { Delivery } from "../model/delivery.ts";
import type { ListOptions } from "../store/table.ts";

/** When a delivery is due, and what is to happen to it. */
export interface Due {
  readonly delivery: Delivery;
  readonly fate: DeliveryFate;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Which delivery goes next: the oldest, unless faults hold some back. */
export interface Pace {
  next(now: number): Due | undefined;
  done(delivery: Delivery): void;
}

/**
 * Draws each delivery's fate once, when it is first seen; `waiting` lists those never tried, oldest first. Another
 * plan, or a restart, draws anew for what still waits.
 */
export function pace(faults: () => Faults, waiting: (options: ListOptions) => Delivery[]): Pace {
  const pending = new Map<number, Due>();
  let newest = 0;
  let plan = faults().plan;
  const first = (now: number): Due | undefined => {
    const [delivery] = waiting({ limit: 1 });
    return delivery && { delivery, fate: plain, at: now };
  };
  return {
    next: (now) => {
      if (plan !== faults().plan) {
        plan = faults().plan;
        pending.clear();
        newest = 0;
      }
      if (!faults().holdsDeliveries) return first(now);
      for (const delivery of waiting({ above: newest })) {
        const fate = faults().delivery(delivery.event);
        pending.set(delivery.id, { delivery, fate, at: now + fate.milliseconds });
        newest = delivery.id;
      }
      // Of those due at once the oldest event goes first: that is the order they were put in.
      return [...pending.values()].reduce<Due | undefined>(
        (best, due) => (best === undefined || due.at < best.at ? due : best),
        undefined,
      );
    },
    done: ({ id }) => {
      pending.delete(id);
    },
  };
}

const plain: DeliveryFate = { copies: 1, listed: true, milliseconds: 0 };
