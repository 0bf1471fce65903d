import { randomUUID } from "node:crypto";
import { CoppiceError } from "../core/errors.ts";
import type { HeldLease, Lease } from "../core/lease/lease.ts";
import type { Oid } from "../core/repository.ts";
import type { Log } from "../ports/log.ts";
import { formatLease, parseLease } from "../wire/lease-text.ts";
import type { Mirror } from "./mirror.ts";
import type { GitObject } from "./objects.ts";
import { messageOf, readObjects, writeCommit, writeTree } from "./objects.ts";

/** Who the lease commits say made them; nobody reads it. */
export const leaseAuthor = { name: "coppice", email: "coppice@users.noreply.github.com" };

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

/** The lease that the commit at a ref of the remote says; undefined when it cannot be parsed. */
export async function fetchLease(
  { mirror, log }: { readonly mirror: Mirror; readonly log: Log },
  ref: string,
  oid: Oid,
): Promise<HeldLease | undefined> {
  // Without a destination: no local ref moves, so this cannot collide with a list under way.
  await mirror.remote(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", mirror.url, ref]);
  const commit = (await readObjects(mirror, [oid])).get(oid);
  return commit && leaseOf(log, commit);
}

/** The lease a commit says; undefined, and logged, when it says none. */
export function leaseOf(log: Log, commit: GitObject): HeldLease | undefined {
  try {
    return { oid: commit.oid, lease: parseLease(messageOf(commit)) };
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    log.warn({ commit: commit.oid, reason: error.message }, "a lease that cannot be read is left out");
    return undefined;
  }
}
