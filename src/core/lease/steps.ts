import { ofFailure, tally } from "../queue/spending.ts";
import type { Oid } from "../repository.ts";
import type { Failure } from "../run/run.ts";
import type { Lease } from "./lease.ts";
import { afterOffer } from "./offered.ts";

/** Whose step it is: a holder means nothing without the epoch it holds the lease in. */
export interface Holder {
  readonly holder: string;
  readonly epoch: number;
}

/** As many as a lease keeps. */
export const failuresKept = 10;

/** What is known of a holder that does not renew. */
export interface Silence {
  /** Whoever granted the lease knows that it has ended. */
  readonly isGone: boolean;
  /** How long this very lease commit has been seen, by a clock that only goes forward, milliseconds. */
  readonly unchangedFor: number;
}

/** Added to a lease's length before it counts as abandoned: a renewal may be on its way. Milliseconds. */
export const takeoverMargin = 60_000;

/** The lease is theirs, in this epoch: another epoch of the same holder is another claim. */
export function isHeldBy(lease: Lease, who: Holder): boolean {
  return isWorkedOn(lease) && lease.holder === who.holder && lease.epoch === who.epoch;
}

/** Claims what nobody holds: what was freed, or was never there. Undefined: it is not to be had. */
export function claim(lease: Lease | undefined, wanted: Lease): Lease | undefined {
  if (lease === undefined) return { ...wanted, phase: "claimed", epoch: 1 };
  if (lease.phase !== "free" || lease.issue !== wanted.issue) return undefined;
  return { ...wanted, phase: "claimed", epoch: lease.epoch + 1, ...kept(lease) };
}

/** Takes over what its holder abandoned, which is a failed attempt. Undefined: it may well be at work. */
export function takeOver(
  lease: Lease,
  wanted: Lease,
  { seen, now }: { seen: Silence; now: number },
): Lease | undefined {
  if (!isAbandoned(lease, seen)) return undefined;
  return claim(release(lease, lossOf(lease, now)), wanted);
}

/** An abandoned lease as the failed attempt that it is. */
export function lossOf({ holder }: Pick<Lease, "holder">, now: number): Failure {
  return { kind: "worker-lost", message: `${holder} went away`, at: new Date(now).toISOString() };
}

/** Somebody holds it, whose end is known, or who did not renew it for its length and a margin. */
export function isAbandoned(lease: Lease, { isGone, unchangedFor }: Silence): boolean {
  if (!isWorkedOn(lease)) return false;
  return isGone || unchangedFor >= lease.seconds * 1_000 + takeoverMargin;
}

/** The holder says that it is at work; said again, it renews the lease. Undefined: it is not theirs any more. */
export function renew(lease: Lease, who: Holder): Lease | undefined {
  return isHeldBy(lease, who) ? { ...lease, phase: "running" } : undefined;
}

/** What the holder made, verified, is what the lease is about from now on. Undefined: it is not theirs any more. */
export function publish(lease: Lease, who: Holder, work: { head: Oid; base: Oid }): Lease | undefined {
  return isHeldBy(lease, who) ? { ...lease, phase: "published", ...work } : undefined;
}

/** Nobody's any more; epoch, work and failures stay, the newest ten of them. */
export function release(lease: Lease, failure?: Failure): Lease {
  if (failure === undefined) return { ...lease, phase: "free" };
  return { ...lease, phase: "free", ...keptFailures(lease, [...lease.failures, dated(lease, failure)]) };
}

/** The newest ten one by one, and what those before them cost: no money that was spent is forgotten. */
export function keptFailures(
  { earlier }: Pick<Lease, "earlier">,
  failures: readonly Failure[],
): Pick<Lease, "failures" | "earlier"> {
  const sum = tally(earlier, failures.slice(0, -failuresKept).map(ofFailure));
  return { failures: failures.slice(-failuresKept), ...(sum === undefined ? {} : { earlier: sum }) };
}

/** By the hub's clock, where it is known how long the attempt took: the holder's may be a year off. */
function dated(lease: Lease, failure: Failure): Failure {
  const at = failure.seconds === undefined ? undefined : afterOffer(lease, failure.seconds);
  return at === undefined ? failure : { ...failure, at };
}

/** Somebody holds it, and has not published. */
export function isWorkedOn({ phase }: Lease): boolean {
  return phase === "claimed" || phase === "running";
}

/** What outlives a claim: the failures, the work branch, its head last pushed under this task's leases, what people said. */
function kept({ branch, failures, earlier, head, retried, resumed }: Lease): Partial<Lease> {
  return {
    ...{ branch, failures },
    ...(earlier === undefined ? {} : { earlier }),
    ...(head === undefined ? {} : { head }),
    ...(retried === undefined ? {} : { retried }),
    ...(resumed === undefined ? {} : { resumed }),
  };
}
