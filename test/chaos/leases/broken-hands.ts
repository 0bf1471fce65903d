import type { HeldLease } from "../../../src/core/lease/lease.ts";
import { leaseRef } from "../../../src/core/lease/lease.ts";
import { writeCommit, writeTree } from "../../../src/git/objects.ts";
import { formatLease } from "../../../src/wire/lease-text.ts";
import type { Hands } from "./claimers.ts";
import type { Push } from "./publishers.ts";

/** What a careless claimer leaves out; each of these has been built somewhere in earnest. */
export interface Omission {
  /** It pushes without expecting anything. */
  readonly expecting?: true;
  /** It believes the exit code of its push. */
  readonly readingBack?: true;
  /** Its lease commits say nothing that no other claimer's say. */
  readonly nonce?: true;
  /** Its claims keep the epoch there was. */
  readonly epoch?: true;
}

const author = { name: "careless", email: "careless@example.com" };

/** Moves leases without what is named: the checker must catch each of these. */
export function careless(without: Omission): Hands {
  return (mirror) => ({
    async swap(expected, lease) {
      const said = {
        ...lease,
        nonce: without.nonce ? "" : crypto.randomUUID(),
        holder: without.nonce ? "whoever/claims" : lease.holder,
        epoch: without.epoch ? 1 : lease.epoch,
      };
      const tree = await writeTree(mirror, new Map());
      const oid = await writeCommit(mirror, { tree, parents: [], message: formatLease(said), author });
      const mine: HeldLease = { oid, lease: said };
      const ref = leaseRef(lease.issue);
      const expecting = without.expecting ? "--force" : `--force-with-lease=${ref}:${expected ?? ""}`;
      const push = await mirror.remote(["push", "--quiet", expecting, mirror.url, `${oid}:${ref}`], { accept: "any" });
      const isOwner = without.readingBack ? push.code === 0 : (await mirror.read([ref])).get(ref) === oid;
      return isOwner ? { kind: "held", held: mine } : { kind: "lost" };
    },
  });
}

/** Pushes the branch and then says so in the lease, in two pushes: between them anything may happen. */
export const twoPushes: Push = async ({ mirror, leases }, { held, head }) => {
  const branch = `refs/heads/${held.lease.branch}`;
  await mirror.remote(["push", "--quiet", "--force", mirror.url, `${head}:${branch}`], { accept: "any" });
  const answer = await leases.swap(held.oid, { ...held.lease, phase: "published", head });
  return answer.kind === "held";
};
