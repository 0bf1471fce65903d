import type { HeldLease } from "../core/lease/lease.ts";
import { isHeldBy } from "../core/lease/steps.ts";
import type { Clock } from "../ports/clock.ts";
import type { LeaseAnswer, Leases } from "../ports/leases.ts";
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

export interface KeeperPorts {
  readonly leases: Pick<Leases, "swap">;
  readonly clock: Clock;
  readonly log: Log;
  /** Renews by pushing work along with the lease; undefined when there is none to push. */
  readonly checkpoint?: (held: HeldLease) => Promise<LeaseAnswer | undefined>;
}

export function keepLease(held: HeldLease, ports: KeeperPorts): LeaseKeeper {
  const lost = new AbortController();
  const ended = new AbortController();
  const state = { held, isDoubtful: false };
  const renewal = { ...ports, lost, ended };
  const loop = keepRenewing(state, renewal);
  return {
    lost: lost.signal,
    stop: async () => {
      ended.abort();
      await loop;
      if (state.isDoubtful && !lost.signal.aborted) await renew(state, renewal);
      return state.held;
    },
  };
}

interface KeptLease {
  held: HeldLease;
  /** The last renewal failed, and may have taken effect all the same. */
  isDoubtful: boolean;
}

interface Renewal extends KeeperPorts {
  readonly lost: AbortController;
  readonly ended: AbortController;
}

async function keepRenewing(state: KeptLease, renewal: Renewal): Promise<void> {
  const { clock, lost, ended } = renewal;
  let pause = (state.held.lease.seconds * 1_000) / 2;
  while (!ended.signal.aborted && !lost.signal.aborted) {
    const awake = await clock.sleep(pause, ended.signal).then(
      () => true,
      () => false,
    );
    if (!awake) return;
    await renew(state, renewal);
    const half = (state.held.lease.seconds * 1_000) / 2;
    pause = state.isDoubtful ? Math.min(retryPause, half) : half;
  }
}

async function renew(state: KeptLease, { leases, log, lost, checkpoint }: Renewal): Promise<void> {
  const { oid, lease } = state.held;
  try {
    // Whatever keeps the work from being pushed must not cost the lease.
    const saved = await checkpoint?.(state.held).catch(
      (error: unknown) =>
        void log.warn({ issue: lease.issue, error: String(error) }, "a checkpoint could not be pushed"),
    );
    const answer = saved ?? (await leases.swap(oid, lease));
    const current = answer.kind === "held" ? answer.held : answer.current;
    // Ours still, though maybe under another commit: an earlier renewal that was taken for failed.
    if (current !== undefined && isHeldBy(current.lease, lease)) state.held = current;
    else lost.abort(`the lease is held by ${current?.lease.holder ?? "nobody"}`);
    state.isDoubtful = false;
  } catch (error) {
    // The work goes on: should the lease be taken over meanwhile, publishing is refused.
    log.warn({ issue: lease.issue, error: String(error) }, "the lease could not be renewed");
    state.isDoubtful = true;
  }
}
