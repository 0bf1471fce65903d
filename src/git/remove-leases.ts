import { CoppiceError } from "../core/errors.ts";
import { savedRef } from "../core/lease/lease.ts";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { Leases } from "../ports/leases.ts";
import type { Candidate } from "./candidates.ts";
import type { Mirror } from "./mirror.ts";
import type { RefMove } from "./swap.ts";
import { pushAndRead } from "./swap.ts";

interface RemovalOptions {
  readonly mirror: Mirror;
  readonly clock: Clock;
  readonly defaultBranch: string;
}

type Removal = Parameters<Leases["remove"]>[0][number];

/**
 * Deletes lease refs, their candidates and, where given, work branches, each only if it is as it was known; heads that would
 * be lost are saved first.
 */
export async function removeLeases(
  options: RemovalOptions,
  leases: readonly Removal[],
  known: readonly Candidate[],
): Promise<void> {
  if (leases.length === 0) return;
  const issues = new Set(leases.map(({ held }) => held.lease.issue));
  const candidates = known.filter(({ issue }) => issues.has(issue));
  await saveUnmerged(options, [...candidates, ...branchesOf(leases)]);
  const lost: RefMove[] = [...candidates, ...branchesOf(leases)].map(({ ref, head }) => gone(ref, head));
  const moves = [...leases.map(({ held }) => gone(options.mirror.names.lease(held.lease.issue), held.oid)), ...lost];
  const first = await push(options, moves);
  // One ref that is gone already fails the whole push: those that are left are pushed once more, without it.
  const again = first.left.length > 0 && first.left.length < moves.length;
  const { left, said } = again ? await push(options, first.left) : first;
  if (left.length > 0) {
    throw new CoppiceError("git-failed", `${left.map(({ ref }) => ref).join(", ")} could not be deleted: ${said}`);
  }
}

/** `left`: refs that are still what they were known as. Those that moved are no business of this removal any more. */
async function push(options: RemovalOptions, moves: readonly RefMove[]): Promise<{ left: RefMove[]; said: string }> {
  const { values, said } = await pushAndRead(options, moves, { atomic: false });
  return { left: moves.filter(({ ref, expected }) => values.get(ref) === expected), said };
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
  const moves: RefMove[] = [];
  for (const { issue, epoch, head } of heads) {
    if (await isMerged(options.mirror, head, main)) continue;
    moves.push({ ref: options.mirror.names.made(savedRef(issue, epoch, head)), expected: undefined, to: head });
  }
  if (moves.length === 0) return;
  const { values, said } = await pushAndRead(options, moves, { atomic: false });
  const unsaved = moves.filter(({ ref }) => !values.has(ref));
  if (unsaved.length > 0) {
    throw new CoppiceError("git-failed", `${unsaved.map(({ ref }) => ref).join(", ")} could not be saved: ${said}`);
  }
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
