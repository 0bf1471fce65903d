import type { HeldLease, Lease } from "../core/lease/lease.ts";
import type { Clock } from "../ports/clock.ts";
import type { Leases } from "../ports/leases.ts";
import type { Log } from "../ports/log.ts";

/** Holds a lease by renewing it at half its length; one that cannot be renewed now is tried again, one that is lost ends it. */
export interface LeaseKeeper {
  /** Aborts, with a sentence, when somebody else has the lease. */
  readonly lost: AbortSignal;
  /** Ends the renewing and gives the lease as it is now: what the next push must expect. */
  stop(): Promise<HeldLease>;
}

/** After a renewal that failed for the network's sake, the next one comes this soon. Milliseconds. */
const retryPause = 20_000;

export function keepLease(
  held: HeldLease,
  ports: { leases: Pick<Leases, "swap">; clock: Clock; log: Log },
): LeaseKeeper {
  const lost = new AbortController();
  const ended = new AbortController();
  const state = { held };
  const loop = renew(state, { ...ports, lost, ended });
  return {
    lost: lost.signal,
    stop: async () => {
      ended.abort();
      await loop;
      return state.held;
    },
  };
}

interface Renewal {
  readonly leases: Pick<Leases, "swap">;
  readonly clock: Clock;
  readonly log: Log;
  readonly lost: AbortController;
  readonly ended: AbortController;
}

async function renew(state: { held: HeldLease }, { leases, clock, log, lost, ended }: Renewal): Promise<void> {
  let pause = (state.held.lease.seconds * 1_000) / 2;
  while (!ended.signal.aborted && !lost.signal.aborted) {
    const awake = await clock.sleep(pause, ended.signal).then(
      () => true,
      () => false,
    );
    if (!awake) return;
    const lease: Lease = state.held.lease;
    try {
      const answer = await leases.swap(state.held.oid, lease);
      if (answer.kind === "held") state.held = answer.held;
      else lost.abort(`the lease is held by ${answer.current?.lease.holder ?? "nobody"}`);
      pause = (lease.seconds * 1_000) / 2;
    } catch (error) {
      // The work goes on: should the lease be taken over meanwhile, publishing is refused.
      log.warn({ issue: lease.issue, error: String(error) }, "the lease could not be renewed");
      pause = Math.min(retryPause, pause);
    }
  }
}
