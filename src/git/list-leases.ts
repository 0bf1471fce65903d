import type { HeldLease } from "../core/lease/lease.ts";
import { leaseRef } from "../core/lease/lease.ts";
import { branchesChosen, inSpace, isBranch } from "../core/lease/spaces.ts";
import type { Oid } from "../core/repository.ts";
import type { Log } from "../ports/log.ts";
import { maxLeaseText } from "../wire/lease-text.ts";
import type { Candidate } from "./candidates.ts";
import { candidatePrefixes, candidatesAmong } from "./candidates.ts";
import { learn } from "./choose-branches.ts";
import { leaseOf } from "./lease-commits.ts";
import type { Mirror } from "./mirror.ts";
import { readObjects } from "./objects.ts";

/** What all lease refs begin with, in either space. */
const prefixes = ["refs/coppice/leases/", inSpace("refs/coppice/leases/", "branches")] as const;

/** A lease's text, were every character three bytes, and the commit's own lines. */
const largestCommit = 3 * maxLeaseText + 1_000;

/** So many of the largest are below what is read at once. */
const readAtOnce = 300;

interface ListOptions {
  readonly mirror: Mirror;
  readonly log: Log;
}

/** What lease commits say, as far as they were read (null stands for a commit that says no lease), and what lies beside them. */
export interface Listed {
  readonly leases: Map<Oid, HeldLease | null>;
  /** As they were when leases were last listed. */
  candidates: readonly Candidate[];
  /** Refs of leases that say none that can be read, by issue. */
  unreadable: ReadonlyMap<number, string>;
  /** What lies below `refs/coppice` of tasks whose lease is among the branches, by issue. */
  leftBehind: ReadonlyMap<number, Oid>;
}

interface ListedRef {
  readonly ref: string;
  readonly oid: Oid;
}

/** Every lease by task issue. Lease commits never change: each is read once, and nothing is fetched when all are known. */
export async function listLeases(options: ListOptions, listed: Listed): Promise<ReadonlyMap<number, HeldLease>> {
  const { mirror } = options;
  const known = listed.leases;
  const values = await mirror.read([...prefixes, ...candidatePrefixes()].map((prefix) => `${prefix}*`));
  learn(options, values);
  listed.candidates = candidatesAmong(values);
  const all = [...values].map(([ref, oid]) => ({ ref, oid }));
  let refs: readonly ListedRef[] = all.filter(({ ref }) => prefixes.some((prefix) => ref.startsWith(prefix)));
  if (refs.some(({ ref, oid }) => ref !== branchesChosen && !known.has(oid))) {
    refs = await fetchLeases(mirror);
    await readLeases(options, listed, refs);
  }
  const found = new Map<number, HeldLease>();
  for (const at of refs) {
    const held = known.get(at.oid);
    if (held) add(options, found, { ...at, held });
  }
  const unread = refs.filter(({ oid }) => known.get(oid) === null);
  listed.unreadable = new Map(unread.flatMap(({ ref }) => issueOf(ref).map((issue) => [issue, ref] as const)));
  listed.leftBehind = leftBehind(refs, found);
  const current = new Set(refs.map(({ oid }) => oid));
  for (const oid of known.keys()) if (!current.has(oid)) known.delete(oid);
  return found;
}

function leftBehind(refs: readonly ListedRef[], found: ReadonlyMap<number, HeldLease>): ReadonlyMap<number, Oid> {
  const own = refs.filter(({ ref }) => !isBranch(ref));
  return new Map(
    own.flatMap(({ ref, oid }) =>
      issueOf(ref).flatMap((issue) => {
        const held = found.get(issue);
        return held === undefined || held.oid === oid ? [] : [[issue, oid] as const];
      }),
    ),
  );
}

function issueOf(ref: string): readonly number[] {
  const issue = /\/(\d+)$/.exec(ref)?.[1];
  return issue === undefined ? [] : [Number(issue)];
}

/** Brings all lease commits here; gives their refs. */
export async function fetchLeases(mirror: Mirror): Promise<readonly ListedRef[]> {
  const [own, branches] = prefixes;
  // Where none was ever seen among the branches, nothing is asked about them.
  const wanted = mirror.names.space() === "own" ? [own] : [own, branches];
  await mirror.fetch(wanted.map((prefix) => `+${prefix}*:${prefix}*`));
  const { stdout } = await mirror.git(["for-each-ref", "--format=%(objectname) %(refname)", ...wanted]);
  return stdout.toString().split("\n").filter(Boolean).map(splitRef);
}

/** A task has one lease. Where another lies below `refs/coppice` as well, the one among the branches counts (docs/decisions/0014). */
function add({ mirror, log }: ListOptions, found: Map<number, HeldLease>, at: ListedRef & { held: HeldLease }): void {
  const { ref, held } = at;
  const { issue } = held.lease;
  if (ref !== leaseRef(issue) && ref !== inSpace(leaseRef(issue), "branches")) {
    log.warn({ ref, issue }, "a lease that names another issue is left out");
    return;
  }
  if (found.has(issue) && !isBranch(ref)) return;
  found.set(issue, held);
  mirror.names.note(issue, ref);
}

async function readLeases({ mirror, log }: ListOptions, listed: Listed, refs: readonly ListedRef[]): Promise<void> {
  const known = listed.leases;
  const unknown = refs.filter(({ ref, oid }) => ref !== branchesChosen && !known.has(oid)).map(({ oid }) => oid);
  const leases = new Set(await small(mirror, unknown));
  for (let at = 0; at < unknown.length; at += readAtOnce) {
    const some = unknown.slice(at, at + readAtOnce);
    const objects = await readObjects(
      mirror,
      some.filter((oid) => leases.has(oid)),
    );
    for (const oid of some) {
      const object = objects.get(oid);
      known.set(oid, (object && leaseOf(log, object)) ?? null);
    }
  }
}

/** Those that can be leases by their size: a commit of many megabytes at one ref must not keep the others from being read. */
async function small(mirror: Mirror, oids: readonly Oid[]): Promise<readonly Oid[]> {
  if (oids.length === 0) return [];
  const format = "%(objectname) %(objectsize)";
  const { stdout } = await mirror.git(["cat-file", `--batch-check=${format}`], { input: `${oids.join("\n")}\n` });
  const sizes = stdout
    .toString()
    .split("\n")
    .map((line) => line.split(" "));
  return sizes.flatMap(([oid = "", size = ""]) => (Number(size) <= largestCommit ? [oid] : []));
}

function splitRef(line: string): ListedRef {
  const space = line.indexOf(" ");
  return { oid: line.slice(0, space), ref: line.slice(space + 1) };
}
