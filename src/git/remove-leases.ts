import { CoppiceError } from "../core/errors.ts";
import { leaseRef, savedRef } from "../core/lease/lease.ts";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { Leases } from "../ports/leases.ts";
import type { Log } from "../ports/log.ts";
import type { Candidate } from "./candidates.ts";
import type { Listed } from "./list-leases.ts";
import type { Mirror } from "./mirror.ts";
import type { SavedCommit } from "./save-commits.ts";
import { saveCommits } from "./save-commits.ts";
import type { RefMove } from "./swap.ts";
import { pushAndRead } from "./swap.ts";

interface RemovalOptions {
  readonly mirror: Mirror;
  readonly clock: Clock;
  readonly log: Log;
  readonly defaultBranch: string;
}

type Removal = Parameters<Leases["remove"]>[0][number];

/** What is known of a repository's refs beside the leases that are removed. */
interface KnownRefs extends Pick<Listed, "candidates" | "leftBehind"> {
  /** Refs with their values that the remote's own rules would not let go, and until when that is not tried again. */
  readonly refused: Map<string, number>;
}

/** Rules change seldom. Milliseconds. */
const refusedFor = 60 * 60_000;

/**
 * Deletes lease refs, their candidates and, where given, work branches, each only if it is as it was known; heads that would
 * be lost are saved first. What the remote's own rules keep is told once in an hour, and left.
 */
export async function removeLeases(
  options: RemovalOptions,
  leases: readonly Removal[],
  known: KnownRefs,
): Promise<void> {
  const issues = new Set(leases.map(({ held }) => held.lease.issue));
  const heads = [...known.candidates.filter(({ issue }) => issues.has(issue)), ...branchesOf(leases)];
  const lost = heads.filter(({ ref, head }) => mayGo(options, known, gone(ref, head)));
  const moves = [...leasesOf(options, leases, known), ...lost.map(({ ref, head }) => gone(ref, head))];
  const open = moves.filter((move) => mayGo(options, known, move));
  if (open.length === 0) return;
  await saveUnmerged(options, lost);
  const first = await push(options, open, known);
  // One ref that is gone already fails the whole push: those that are left are pushed once more, without it.
  const again = first.left.length > 0 && first.left.length < open.length;
  const { left, said } = again ? await push(options, first.left, known) : first;
  if (left.length > 0) {
    throw new CoppiceError("git-failed", `${left.map(({ ref }) => ref).join(", ")} could not be deleted: ${said}`);
  }
}

function leasesOf({ mirror }: RemovalOptions, leases: readonly Removal[], { leftBehind }: KnownRefs): RefMove[] {
  return leases.flatMap(({ held: { oid, lease } }) => {
    const left = leftBehind.get(lease.issue);
    return [
      gone(mirror.names.lease(lease.issue), oid),
      ...(left === undefined ? [] : [gone(leaseRef(lease.issue), left)]),
    ];
  });
}

const keyOf = ({ ref, expected }: RefMove) => `${ref} ${expected}`;

function mayGo({ clock }: RemovalOptions, { refused }: KnownRefs, move: RefMove): boolean {
  return (refused.get(keyOf(move)) ?? Number.NEGATIVE_INFINITY) <= clock.monotonic();
}

/** `left`: refs that are still what they were known as. Those that moved are no business of this removal any more. */
async function push(
  options: RemovalOptions,
  moves: readonly RefMove[],
  known: KnownRefs,
): Promise<{ left: RefMove[]; said: string }> {
  const { values, said, refused } = await pushAndRead(options, moves, { atomic: false });
  const still = moves.filter(({ ref, expected }) => values.get(ref) === expected);
  for (const move of still) {
    const why = refused.get(move.ref);
    if (why === undefined) continue;
    known.refused.set(keyOf(move), options.clock.monotonic() + refusedFor);
    options.log.warn(
      { ref: move.ref, why },
      "the remote's rules keep a ref that is of no use any more: delete it by hand",
    );
  }
  return { left: still.filter(({ ref }) => !refused.has(ref)), said };
}

function gone(ref: string, expected: Oid): RefMove {
  return { ref, expected, to: undefined };
}

function branchesOf(leases: readonly Removal[]): readonly Candidate[] {
  return leases.flatMap(({ held: { lease }, branch }) => {
    if (branch === undefined) return [];
    return [{ issue: lease.issue, epoch: lease.epoch, ref: `refs/heads/${branch.name}`, head: branch.head }];
  });
}

/** Heads that are on no branch after their own is deleted stay reachable under trash. */
async function saveUnmerged(options: RemovalOptions, heads: readonly Candidate[]): Promise<void> {
  if (heads.length === 0) return;
  const main = `refs/heads/${options.defaultBranch}`;
  await options.mirror.fetch([main, ...heads.map(({ ref }) => ref)].map((ref) => `+${ref}*:${ref}*`));
  const commits: SavedCommit[] = [];
  for (const { issue, epoch, head } of heads) {
    if (await isMerged(options.mirror, head, main)) continue;
    commits.push({ ref: savedRef(issue, epoch, head), commit: head });
  }
  await saveCommits(options, commits);
}

/** Merged means that merging it again would change nothing: true for squashes as well. A head that is not here counts as gone. */
async function isMerged(mirror: Mirror, head: Oid, main: string): Promise<boolean> {
  const here = await mirror.git(["cat-file", "-e", `${head}^{commit}`], { accept: [1, 128] });
  if (here.code !== 0) return true;
  const tree = await mirror.git(["rev-parse", `${main}^{tree}`]);
  // No answer is none: what may not be merged is saved.
  const merged = await mirror.git(["merge-tree", "--write-tree", main, head], { accept: "any" }).catch(() => undefined);
  return merged?.code === 0 && merged.stdout.toString().trim() === tree.stdout.toString().trim();
}
