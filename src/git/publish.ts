import { CoppiceError } from "../core/errors.ts";
import type { HeldLease, Lease } from "../core/lease/lease.ts";
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
import { swapLeases } from "./swap-leases.ts";

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
  const { head, lease, files } = publication;
  const { mirror } = publisher;
  const mine = await writeLease(mirror, lease, files);
  const branchMove = { ref: `refs/heads/${branch.name}`, expected: branch.expected, to: head };
  let { held } = publication;
  return patiently(publisher, patience(held.lease), async () => {
    const leaseMove = { ref: mirror.names.lease(lease.issue), expected: held.oid, to: mine.oid };
    const moves = [leaseMove, branchMove, ...(await saveRewritten(publisher, branch, publication))];
    const reading = await pushAndRead(publisher, moves, { atomic: true });
    const said = reading.values.get(leaseMove.ref);
    if (said === mine.oid) return { kind: "published", lease: mine.oid };
    if (said !== held.oid) return judgeLost(publisher, publication, said);
    const now = reading.values.get(branchMove.ref);
    if (now !== branch.expected) return now ? { kind: "branch-moved", head: now } : { kind: "branch-moved" };
    // Renewed, it turns out to be refused, and is moved to where it is not (docs/decisions/0014); the next attempt finds it there.
    if (reading.refused.has(leaseMove.ref)) held = await renewed(publisher, held);
    throw new CoppiceError("git-failed", `the work could not be pushed: ${reading.said}`);
  });
}

async function renewed(publisher: Publisher, held: HeldLease): Promise<HeldLease> {
  const [answer] = await swapLeases(publisher, [{ expected: held.oid, lease: held.lease }]);
  return answer?.kind === "held" ? answer.held : held;
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
  const saved = (await mirror.read([ref])).has(ref);
  return saved ? [] : [{ ref, expected: undefined, to: branch.expected }];
}

/** After a lost reply the hub may have moved the lease on already: it then still says our head under our epoch. Throws where it cannot be read. */
async function judgeLost(publisher: Publisher, publication: Publication, oid: Oid | undefined): Promise<PublishAnswer> {
  if (oid === undefined) return { kind: "lease-lost" };
  const ref = publisher.mirror.names.lease(publication.lease.issue);
  const current = await fetchLease(publisher, ref, oid);
  if (current?.lease.epoch === publication.lease.epoch && current.lease.head === publication.head) {
    return { kind: "published", lease: oid };
  }
  return current ? { kind: "lease-lost", holder: current.lease.holder } : { kind: "lease-lost" };
}
