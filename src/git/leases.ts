import { randomUUID } from "node:crypto";
import { CoppiceError } from "../core/errors.ts";
import type { HeldLease, Lease } from "../core/lease/lease.ts";
import { leaseRef } from "../core/lease/lease.ts";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { LeaseAnswer, Leases } from "../ports/leases.ts";
import type { Log } from "../ports/log.ts";
import { formatLease, parseLease } from "../wire/lease-text.ts";
import type { Mirror } from "./mirror.ts";
import type { GitObject } from "./objects.ts";
import { messageOf, readObjects, writeCommit, writeTree } from "./objects.ts";
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

/** Most bytes of one file a publishing lease carries. */
export const maxLeaseFile = 1024 * 1024;

/** The leases of one repository, through its mirror. */
export function createLeases(options: LeasesOptions): Leases {
  const known = new Map<Oid, HeldLease | null>();
  const carried = new Map<Oid, ReadonlyMap<string, string>>();
  return {
    list: () => list(options, known),
    swap: (expected, lease) => swap(options, expected, lease),
    files: (oid) => remembered(carried, oid, () => files(options, oid)),
    remove: (leases) => removeLeases(options, leases),
  };
}

const leasePrefix = "refs/coppice/leases/";

/** How many leases' files are kept at hand: they are read a few times in a row, by each step that publishes them. */
const carriedAtHand = 8;

async function remembered(
  carried: Map<Oid, ReadonlyMap<string, string>>,
  oid: Oid,
  read: () => Promise<ReadonlyMap<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const there = carried.get(oid);
  if (there) return there;
  const found = await read();
  carried.set(oid, found);
  for (const old of [...carried.keys()].slice(0, -carriedAtHand)) carried.delete(old);
  return found;
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
  return commit && parse(log, commit);
}

/** Lease commits never change, so each is read once; nothing is fetched when all that are listed are known. */
async function list(
  options: LeasesOptions,
  known: Map<Oid, HeldLease | null>,
): Promise<ReadonlyMap<number, HeldLease>> {
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

/** Null stands for a commit that says no lease. */
async function readLeases(
  { mirror, log }: LeasesOptions,
  known: Map<Oid, HeldLease | null>,
  oids: readonly Oid[],
): Promise<void> {
  const unknown = oids.filter((oid) => !known.has(oid));
  const objects = await readObjects(mirror, unknown);
  for (const oid of unknown) {
    const object = objects.get(oid);
    known.set(oid, (object && parse(log, object)) ?? null);
  }
}

function splitRef(line: string): { oid: Oid; ref: string } {
  const space = line.indexOf(" ");
  return { oid: line.slice(0, space), ref: line.slice(space + 1) };
}

function parse(log: Log, commit: GitObject): HeldLease | undefined {
  try {
    return { oid: commit.oid, lease: parseLease(messageOf(commit)) };
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    log.warn({ commit: commit.oid, reason: error.message }, "a lease that cannot be read is left out");
    return undefined;
  }
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

async function lost(options: LeasesOptions, issue: number, oid: Oid | undefined): Promise<LeaseAnswer> {
  if (oid === undefined) return { kind: "lost" };
  try {
    const current = await fetchLease(options, issue, oid);
    return current ? { kind: "lost", current } : { kind: "lost" };
  } catch (error) {
    options.log.warn({ issue, error: String(error) }, "the lease that won could not be fetched");
    return { kind: "lost" };
  }
}

async function files({ mirror, log }: LeasesOptions, oid: Oid): Promise<ReadonlyMap<string, string>> {
  if (!(await readObjects(mirror, [oid])).has(oid)) {
    await mirror.fetch([`+${leasePrefix}*:${leasePrefix}*`]);
  }
  const { stdout } = await mirror.git(["ls-tree", "-r", "-l", "-z", oid]);
  const entries = stdout.toString().split("\0").filter(Boolean).map(parseEntry);
  const wanted = entries.filter(({ type, size, path }) => {
    const fits = type === "blob" && size <= maxLeaseFile;
    if (!fits) log.warn({ commit: oid, path, size }, "a file of a lease is too large and left out");
    return fits;
  });
  const objects = await readObjects(
    mirror,
    wanted.map((entry) => entry.oid),
    256 * maxLeaseFile,
  );
  return new Map(wanted.map((entry) => [entry.path, objects.get(entry.oid)?.content.toString() ?? ""]));
}

function parseEntry(line: string) {
  const [facts = "", path = ""] = line.split("\t");
  const [, type = "", oid = "", size = ""] = facts.split(/ +/);
  return { type, oid, size: Number(size), path };
}
