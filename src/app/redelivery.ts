import type { DeliveriesSeen } from "../core/webhook/redelivery.ts";
import { noDeliveries, reachesBack, toRedeliver, withAttempts } from "../core/webhook/redelivery.ts";
import type { Deliveries } from "../github/deliveries.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";

/** Pages of a hundred that one look reads at most: after days without a look the newest are enough. */
const mostPages = 20;

/** Ids of what was sent again that are remembered. */
const mostSent = 5_000;

export interface RedeliveryOptions {
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds between two looks. */
  readonly period: number;
  readonly signal: AbortSignal;
}

/** Has webhooks that nobody took in delivered once more: at the start, and by the clock. One request a look when none failed. */
export interface Redelivery {
  /** Resolves after the signal. */
  readonly ended: Promise<void>;
  /** How many were sent again since the start. */
  count(): number;
}

export function startRedelivery(options: RedeliveryOptions): Redelivery {
  const { clock, signal, period, log } = options;
  const sent = new Set<number>();
  let seen = noDeliveries;
  let count = 0;
  const look = async () => {
    seen = await readNewer(options, seen);
    for (const { id } of toRedeliver(seen, sent)) {
      signal.throwIfAborted();
      // Asked for once, whatever comes of it: one that always fails must not stand before the others.
      sent.add(id);
      await options.deliveries.redeliver(id);
      count += 1;
    }
    for (const id of [...sent].slice(0, Math.max(0, sent.size - mostSent))) sent.delete(id);
  };
  const run = async () => {
    while (!signal.aborted) {
      // The sweeps find what this would only have made faster.
      await look().catch((error) => log.debug({ error: String(error) }, "Webhooks that failed could not be listed"));
      await clock.sleep(period, signal).catch(() => undefined);
    }
  };
  return { ended: run(), count: () => count };
}

async function readNewer({ deliveries }: RedeliveryOptions, seen: DeliveriesSeen): Promise<DeliveriesSeen> {
  const all = [];
  let after: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { attempts, next } = await deliveries.page(after);
    all.push(...attempts);
    if (next === undefined || reachesBack(seen, attempts)) break;
    after = next;
  }
  return withAttempts(seen, all);
}
