import type { HeldLease, Lease } from "../core/lease/lease.ts";
import type { Oid } from "../core/repository.ts";

/** Losing is an answer: `holder` is whose lease was read back. */
export type LeaseAnswer =
  | { readonly kind: "held"; readonly held: HeldLease }
  | { readonly kind: "lost"; readonly current?: HeldLease };

/** A lease to be said in place of the commit that is there now; `expected` undefined: none is there. */
export interface LeaseMove {
  readonly expected: Oid | undefined;
  readonly lease: Lease;
}

/** `failed`: it is not known to be held, because of what the message says; asked for once more, it may turn out to be. */
export type LeaseMoved = LeaseAnswer | { readonly kind: "failed"; readonly message: string; readonly cause?: unknown };

/** The lease refs of one repository, moved only by compare-and-swap and always read back. */
export interface Leases {
  /** Every lease by task issue, fetched now. A lease commit that cannot be parsed is left out and logged. */
  list(): Promise<ReadonlyMap<number, HeldLease>>;
  /**
   * Tasks whose lease was there when leases were last listed and says nothing this version understands, each with the name
   * of its ref: they are nobody's to claim.
   */
  unreadable?(): ReadonlyMap<number, string>;
  /** Moves the ref from `expected` (undefined: absent) to a new commit saying `lease`. */
  swap(expected: Oid | undefined, lease: Lease): Promise<LeaseAnswer>;
  /** Many at once, each for itself: an answer for each, in their order. At most one move of a task. */
  swapAll(moves: readonly LeaseMove[]): Promise<readonly LeaseMoved[]>;
  /** The files a publishing lease carries (`result.md`, `run.json`, `artifacts/<name>`), each at most 1 MiB. */
  files(oid: Oid): Promise<ReadonlyMap<string, string>>;
  /** Deletes lease refs (each expecting its commit) and, where given, work branches, in one push. */
  remove(leases: readonly { held: HeldLease; branch?: { name: string; head: Oid } }[]): Promise<void>;
}
