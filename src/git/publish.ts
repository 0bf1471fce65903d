import { CoppiceError } from "../core/errors.ts";
import type { Lease } from "../core/lease/lease.ts";
import { savedRef } from "../core/lease/lease.ts";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Publication, PublishAnswer } from "../ports/workspaces.ts";
import { fetchLease, writeLease } from "./lease-commits.ts";
import type { Mirror } from "./mirror.ts";
import { longPatience, patiently } from "./patience.ts";
import type { RefMove } from "./swap.ts";
import { pushAndRead } from "./swap.ts";

export interface Publisher {
  readonly mirror: Mirror;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends the waiting between two attempts. */
  readonly signal?: AbortSignal;
}

/** The branch as the remote had it when the work started. */
export interface PublishedBranch {
  readonly name: string;
  readonly expected: Oid | undefined;
}

/** Moves branch and lease in one atomic push that expects both as they were; a rewritten head is saved by the same push. */
export async function publish(
  publisher: Publisher,
  branch: PublishedBranch,
  publication: Publication,
): Promise<PublishAnswer> {
  const { held, head, lease, files } = publication;
  const mine = await writeLease(publisher.mirror, lease, files);
  const leaseMove = { ref: publisher.mirror.names.lease(lease.issue), expected: held.oid, to: mine.oid };
  const branchMove = { ref: `refs/heads/${branch.name}`, expected: branch.expected, to: head };
  const moves = [leaseMove, branchMove, ...(await saveRewritten(publisher, branch, publication))];
  return patiently(publisher, patience(held.lease), async () => {
    const reading = await pushAndRead(publisher, moves, { atomic: true });
    const lease = reading.values.get(leaseMove.ref);
    if (lease === mine.oid) return { kind: "published", lease: mine.oid };
    if (lease !== held.oid) return judgeLost(publisher, publication, lease);
    const now = reading.values.get(branchMove.ref);
    if (now !== branch.expected) return now ? { kind: "branch-moved", head: now } : { kind: "branch-moved" };
    throw new CoppiceError("git-failed", `the work could not be pushed: ${reading.said}`);
  });
}

/** A lease is renewed at its half, so that half of it remains when publishing begins; nobody renews it meanwhile. */
function patience({ seconds }: Lease): number {
  return Math.min(longPatience, (seconds * 1_000) / 2);
}

async function saveRewritten(
  publisher: Publisher,
  branch: PublishedBranch,
  publication: Publication,
): Promise<RefMove[]> {
  const { mirror } = publisher;
  if (branch.expected === undefined) return [];
  const kept = await mirror.git(["merge-base", "--is-ancestor", branch.expected, publication.head], { accept: [1] });
  if (kept.code === 0) return [];
  const ref = mirror.names.made(savedRef(publication.lease.issue, publication.lease.epoch, branch.expected));
  const saved = (await patiently(publisher, patience(publication.lease), () => mirror.read([ref]))).has(ref);
  return saved ? [] : [{ ref, expected: undefined, to: branch.expected }];
}

/** After a lost reply the hub may have moved the lease on already: it then still says our head under our epoch. */
async function judgeLost(publisher: Publisher, publication: Publication, oid: Oid | undefined): Promise<PublishAnswer> {
  if (oid === undefined) return { kind: "lease-lost" };
  const ref = publisher.mirror.names.lease(publication.lease.issue);
  const current = await fetchLease(publisher, ref, oid).catch(() => undefined);
  if (current?.lease.epoch === publication.lease.epoch && current.lease.head === publication.head) {
    return { kind: "published", lease: oid };
  }
  return current ? { kind: "lease-lost", holder: current.lease.holder } : { kind: "lease-lost" };
}
