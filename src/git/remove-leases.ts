import { CoppiceError } from "../core/errors.ts";
import { savedRef } from "../core/lease/lease.ts";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { Leases } from "../ports/leases.ts";
import type { Mirror } from "./mirror.ts";
import type { RefMove } from "./swap.ts";
import { pushAndRead } from "./swap.ts";

interface RemovalOptions {
  readonly mirror: Mirror;
  readonly clock: Clock;
  readonly defaultBranch: string;
}

type Removal = Parameters<Leases["remove"]>[0][number];

/** Deletes lease refs and, where given, work branches, each only if it is as it was known; heads that would be lost are saved first. */
export async function removeLeases(options: RemovalOptions, leases: readonly Removal[]): Promise<void> {
  if (leases.length === 0) return;
  await saveUnmerged(options, leases);
  const moves = leases.flatMap(({ held, branch }): RefMove[] => [
    { ref: options.mirror.names.lease(held.lease.issue), expected: held.oid, to: undefined },
    ...(branch ? [{ ref: `refs/heads/${branch.name}`, expected: branch.head, to: undefined }] : []),
  ]);
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

/** Heads that are on no branch after their own is deleted stay reachable under trash. */
async function saveUnmerged(options: RemovalOptions, leases: readonly Removal[]): Promise<void> {
  const branches = leases.flatMap(({ held, branch }) => (branch ? [{ held, ...branch }] : []));
  if (branches.length === 0) return;
  const main = `refs/heads/${options.defaultBranch}`;
  const refspecs = branches.map(({ name }) => `+refs/heads/${name}*:refs/heads/${name}*`);
  await options.mirror.fetch([`+${main}*:${main}*`, ...refspecs]);
  const moves: RefMove[] = [];
  for (const { held, head } of branches) {
    if (await isMerged(options.mirror, head, main)) continue;
    const ref = options.mirror.names.made(savedRef(held.lease.issue, held.lease.epoch, head));
    moves.push({ ref, expected: undefined, to: head });
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
