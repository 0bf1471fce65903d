import { leaseRef } from "../core/lease/lease.ts";
import type { RefSpace } from "../core/lease/spaces.ts";
import { inSpace, isBranch } from "../core/lease/spaces.ts";

/** What a repository's refs of ours are called, as far as this process has seen (docs/decisions/0014). */
export interface RefNames {
  /** Where new ones are made. */
  space(): RefSpace;
  /** Where this task's lease lies, as far as it was seen; else where it would be made. */
  lease(issue: number): string;
  /** Where a lease is made that is not there yet. */
  newLease(issue: number): string;
  /** A trash or candidate ref, given as it is called below `refs/coppice/`. */
  made(ref: string): string;
  /** The lease was seen at this ref. */
  note(issue: number, ref: string): void;
  /** These refs are on the remote; true when it is found out only now that new ones are branches. */
  learn(refs: Iterable<string>): boolean;
}

const leaseBranches = inSpace("refs/coppice/leases/", "branches");

export function createRefNames(): RefNames {
  let space: RefSpace = "own";
  const seen = new Map<number, RefSpace>();
  return {
    space: () => space,
    lease: (issue) => inSpace(leaseRef(issue), seen.get(issue) ?? space),
    newLease: (issue) => inSpace(leaseRef(issue), space),
    made: (ref) => inSpace(ref, space),
    note: (issue, ref) => void seen.set(issue, isBranch(ref) ? "branches" : "own"),
    learn: (refs) => {
      const isNew = space === "own" && [...refs].some((ref) => ref.startsWith(leaseBranches));
      if (isNew) space = "branches";
      return isNew;
    },
  };
}
