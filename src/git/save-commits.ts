import { CoppiceError } from "../core/errors.ts";
import { isBranch } from "../core/lease/spaces.ts";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { chooseBranches } from "./choose-branches.ts";
import type { Mirror } from "./mirror.ts";
import { pushAndRead } from "./swap.ts";

interface SaveOptions {
  readonly mirror: Mirror;
  readonly clock: Clock;
  readonly log: Log;
}

/** A commit and the trash ref it is saved at, as that is called below `refs/coppice`. */
export interface SavedCommit {
  readonly ref: string;
  readonly commit: Oid;
}

/** Saves commits at trash refs, among the branches where the remote takes no others; throws CoppiceError git-failed naming those that are not saved. */
export async function saveCommits(options: SaveOptions, commits: readonly SavedCommit[]): Promise<void> {
  if (commits.length === 0) return;
  const moves = commits.map(({ ref, commit }) => ({
    ref: options.mirror.names.made(ref),
    expected: undefined,
    to: commit,
  }));
  const { values, said, refused } = await pushAndRead(options, moves, { atomic: false });
  const unsaved = commits.filter((_, at) => values.get(moves[at]?.ref ?? "") !== moves[at]?.to);
  if (unsaved.length === 0) return;
  const [, why] = [...refused].find(([ref]) => !isBranch(ref)) ?? [];
  if (why !== undefined && (await chooseBranches(options, why))) return saveCommits(options, unsaved);
  throw new CoppiceError("git-failed", `${unsaved.map(({ ref }) => ref).join(", ")} could not be saved: ${said}`);
}
