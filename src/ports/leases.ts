import type { HeldLease, Lease } from "../core/lease/lease.ts";
import type { Oid } from "../core/repository.ts";

/** Losing is an answer: `holder` is whose lease was read back. */
export type LeaseAnswer =
  | { readonly kind: "held"; readonly held: HeldLease }
  | { readonly kind: "lost"; readonly current?: HeldLease };

/** The lease refs of one repository, moved only by compare-and-swap and always read back. */
export interface Leases {
  /** Every lease by task issue, fetched now. A lease commit that cannot be parsed is left out and logged. */
  list(): Promise<ReadonlyMap<number, HeldLease>>;
  /** Moves the ref from `expected` (undefined: absent) to a new commit saying `lease`. */
  swap(expected: Oid | undefined, lease: Lease): Promise<LeaseAnswer>;
  /** The files a publishing lease carries (`result.md`, `run.json`, `artifacts/<name>`), each at most 1 MiB. */
  files(oid: Oid): Promise<ReadonlyMap<string, string>>;
  /** Deletes lease refs (each expecting its commit) and, where given, work branches, in one push. */
  remove(leases: readonly { held: HeldLease; branch?: { name: string; head: Oid } }[]): Promise<void>;
}
