import type { HeldLease, Lease } from "../../src/core/lease/lease.ts";
import { leaseRef } from "../../src/core/lease/lease.ts";
import type { Oid } from "../../src/core/repository.ts";
import type { LeaseAnswer, Leases } from "../../src/ports/leases.ts";
import { inventOid } from "./memory-forge/oid.ts";
import type { World } from "./memory-forge/world.ts";

/** The lease refs of a memory forge's repository, and a worker's hand on them. */
export interface MemoryLeases extends Leases {
  /** Issues whose lease is of a newer version: nobody here can read it. */
  readonly newer: Set<number>;
  /** By task issue. */
  readonly current: ReadonlyMap<number, HeldLease>;
  /** Branch and lease move together, or neither: what a worker's publishing push does. */
  publish(held: HeldLease, lease: Lease, files: ReadonlyMap<string, string>): LeaseAnswer;
  /** What a worker's other pushes do; not counted as a call of the code under test. */
  move(expected: Oid | undefined, lease: Lease): LeaseAnswer;
}

export function memoryLeases(world: World): MemoryLeases {
  const { journal } = world;
  const current = new Map<number, HeldLease>();
  const newer = new Set<number>();
  const carried = new Map<Oid, ReadonlyMap<string, string>>();
  const move = (expected: Oid | undefined, lease: Lease): LeaseAnswer => {
    if (newer.has(lease.issue)) return { kind: "lost" };
    const now = current.get(lease.issue);
    if (now?.oid !== expected) return now === undefined ? { kind: "lost" } : { kind: "lost", current: now };
    const held = { oid: inventOid(), lease };
    current.set(lease.issue, held);
    return { kind: "held", held };
  };
  return {
    current,
    newer,
    move,
    unreadable: () => new Map([...newer].map((issue) => [issue, leaseRef(issue)])),
    list: () => journal.call("leases.list", undefined, () => new Map(current)),
    swap: (expected, lease) => journal.call("leases.swap", { expected, lease }, () => move(expected, lease)),
    swapAll: (moves) =>
      journal.call("leases.swapAll", moves, () => moves.map(({ expected, lease }) => move(expected, lease))),
    files: (oid) => journal.call("leases.files", oid, () => new Map(carried.get(oid))),
    remove: (leases) =>
      journal.call("leases.remove", leases, () => {
        for (const { held, branch } of leases) {
          const { issue } = held.lease;
          if (current.get(issue)?.oid === held.oid) current.delete(issue);
          if (branch !== undefined && world.branches.get(branch.name) === branch.head)
            world.branches.delete(branch.name);
        }
      }),
    publish(held, lease, files) {
      const answer = move(held.oid, lease);
      if (answer.kind === "held") carried.set(answer.held.oid, files);
      return answer;
    },
  };
}
