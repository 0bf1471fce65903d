import { randomUUID } from "node:crypto";
import { CoppiceError } from "../core/errors.ts";
import type { HeldLease, Lease } from "../core/lease/lease.ts";
import { leaseRef } from "../core/lease/lease.ts";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { LeaseAnswer, Leases } from "../ports/leases.ts";
import type { Log } from "../ports/log.ts";
import { formatLease } from "../wire/lease-text.ts";
import { leaseFiles } from "./lease-files.ts";
import type { KnownLeases } from "./list-leases.ts";
import { leaseOf, listLeases } from "./list-leases.ts";
import { createLock } from "./lock.ts";
import type { Mirror } from "./mirror.ts";
import { readObjects, writeCommit, writeTree } from "./objects.ts";
import { patiently } from "./patience.ts";
import { removeLeases } from "./remove-leases.ts";
import { pauses, pushAndRead } from "./swap.ts";

export interface LeasesOptions {
  readonly mirror: Mirror;
  readonly clock: Clock;
  readonly log: Log;
  /** To know what is merged before a branch is deleted. */
  readonly defaultBranch: string;
}

/** Who the lease commits say made them; nobody reads it. */
const leaseAuthor = { name: "coppice", email: "coppice@users.noreply.github.com" };

/** The leases of one repository, through its mirror. */
export function createLeases(options: LeasesOptions): Leases {
  const known: KnownLeases = new Map();
  const oneByOne = createLock();
  return {
    list: () => oneByOne(() => listLeases(options, known)),
    swap: async (expected, lease) => {
      const answer = await swap(options, expected, lease);
      if (answer.kind === "held") known.set(answer.held.oid, answer.held);
      return answer;
    },
    files: leaseFiles(options),
    remove: (leases) => removeLeases(options, leases),
  };
}

/** The commit that says `lease`, with a nonce of its own, carrying `carried`. It is not pushed. */
export async function writeLease(
  mirror: Mirror,
  lease: Lease,
  carried: ReadonlyMap<string, string> = new Map(),
): Promise<HeldLease> {
  // Two claimers that pushed the same commit would both hear "up to date".
  const said = { ...lease, nonce: randomUUID() };
  const tree = await writeTree(mirror, carried);
  const oid = await writeCommit(mirror, { tree, parents: [], message: formatLease(said), author: leaseAuthor });
  return { oid, lease: said };
}

/** The lease a commit on the remote says; undefined when it cannot be parsed. */
export async function fetchLease({ mirror, log }: Pick<LeasesOptions, "mirror" | "log">, issue: number, oid: Oid) {
  // Without a destination: no local ref moves, so this cannot collide with a list under way.
  await mirror.remote(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", mirror.url, leaseRef(issue)]);
  const commit = (await readObjects(mirror, [oid])).get(oid);
  return commit && leaseOf(log, commit);
}

async function swap(options: LeasesOptions, expected: Oid | undefined, lease: Lease): Promise<LeaseAnswer> {
  const mine = await writeLease(options.mirror, lease);
  const ref = leaseRef(lease.issue);
  let said = "";
  for (const pause of [0, ...pauses]) {
    if (pause > 0) await options.clock.sleep(pause);
    const reading = await pushAndRead(options, [{ ref, expected, to: mine.oid }], { atomic: false });
    const current = reading.values.get(ref);
    if (current === mine.oid) return { kind: "held", held: mine };
    if (current !== expected) return lost(options, lease.issue, current);
    // The ref is as it was: nobody was faster, the push itself failed.
    said = reading.said;
  }
  throw new CoppiceError("git-failed", `the lease of #${lease.issue} could not be pushed: ${said}`);
}

/** As long as a read is tried: who won is worth knowing, it may be the caller. Milliseconds. */
const fetchPatience = 7_500;

async function lost(options: LeasesOptions, issue: number, oid: Oid | undefined): Promise<LeaseAnswer> {
  if (oid === undefined) return { kind: "lost" };
  try {
    const current = await patiently(options, fetchPatience, () => fetchLease(options, issue, oid));
    return current ? { kind: "lost", current } : { kind: "lost" };
  } catch (error) {
    options.log.warn({ issue, error: String(error) }, "the lease that won could not be fetched");
    return { kind: "lost" };
  }
}
