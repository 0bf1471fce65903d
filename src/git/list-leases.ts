import { CoppiceError } from "../core/errors.ts";
import type { HeldLease } from "../core/lease/lease.ts";
import { leaseRef } from "../core/lease/lease.ts";
import type { Oid } from "../core/repository.ts";
import type { Log } from "../ports/log.ts";
import { parseLease } from "../wire/lease-text.ts";
import type { Mirror } from "./mirror.ts";
import type { GitObject } from "./objects.ts";
import { messageOf, readObjects } from "./objects.ts";

/** What all lease refs begin with. */
export const leasePrefix = "refs/coppice/leases/";

interface ListOptions {
  readonly mirror: Mirror;
  readonly log: Log;
}

/** What lease commits say, as far as they were read; null stands for a commit that says no lease. */
export type KnownLeases = Map<Oid, HeldLease | null>;

/** Every lease by task issue. Lease commits never change: each is read once, and nothing is fetched when all are known. */
export async function listLeases(options: ListOptions, known: KnownLeases): Promise<ReadonlyMap<number, HeldLease>> {
  const { mirror, log } = options;
  let refs = [...(await mirror.read([`${leasePrefix}*`]))].map(([ref, oid]) => ({ ref, oid }));
  if (refs.some(({ oid }) => !known.has(oid))) {
    await mirror.fetch([`+${leasePrefix}*:${leasePrefix}*`]);
    const { stdout } = await mirror.git(["for-each-ref", "--format=%(objectname) %(refname)", leasePrefix]);
    refs = stdout.toString().split("\n").filter(Boolean).map(splitRef);
    await readLeases(
      options,
      known,
      refs.map(({ oid }) => oid),
    );
  }
  const found = new Map<number, HeldLease>();
  for (const { oid, ref } of refs) {
    const held = known.get(oid);
    if (held && leaseRef(held.lease.issue) === ref) found.set(held.lease.issue, held);
    else if (held) log.warn({ ref, issue: held.lease.issue }, "a lease that names another issue is left out");
  }
  const listed = new Set(refs.map(({ oid }) => oid));
  for (const oid of known.keys()) if (!listed.has(oid)) known.delete(oid);
  return found;
}

async function readLeases({ mirror, log }: ListOptions, known: KnownLeases, oids: readonly Oid[]): Promise<void> {
  const unknown = oids.filter((oid) => !known.has(oid));
  const objects = await readObjects(mirror, unknown);
  for (const oid of unknown) {
    const object = objects.get(oid);
    known.set(oid, (object && leaseOf(log, object)) ?? null);
  }
}

function splitRef(line: string): { oid: Oid; ref: string } {
  const space = line.indexOf(" ");
  return { oid: line.slice(0, space), ref: line.slice(space + 1) };
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
