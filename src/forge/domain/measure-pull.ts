import { countCommits, mergeBase } from "../git/commits.ts";
import { diffFiles } from "../git/diff.ts";
import { mergeTree } from "../git/merge.ts";
import type { Mergeability, Pull, PullSize } from "../model/pull.ts";
import type { Site } from "../site.ts";

export interface Measure {
  readonly mergeability: Mergeability;
  readonly size: PullSize;
}

/** Tries the merge and counts what it would bring, without moving anything. */
export async function measure(folder: string, headOid: string, baseOid: string): Promise<Measure> {
  const start = (await mergeBase(folder, baseOid, headOid)) ?? baseOid;
  const [outcome, files, commits] = await Promise.all([
    mergeTree(folder, { ours: baseOid, theirs: headOid }),
    diffFiles(folder, start, headOid),
    countCommits(folder, { from: baseOid, to: headOid }),
  ]);
  const clean = outcome.kind === "clean";
  const conflicts = outcome.kind === "clean" ? [] : outcome.paths;
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    mergeability: { headOid, baseOid, clean, conflicts },
    size: { headOid, baseOid, commits, additions, deletions, changedFiles: files.length },
  };
}

/** The pull request with its mergeability known: computed and kept when its commits are not those last looked at. */
export async function measured(site: Site, pull: Pull): Promise<Pull> {
  if (pull.merged || (isCurrent(pull, pull.mergeability) && isCurrent(pull, pull.size))) return pull;
  const found = await measure(site.git.folder(pull.repositoryId), pull.head.oid, pull.base.oid);
  return site.store.transaction(() => {
    const now = site.store.pulls.get(pull.id);
    if (now === undefined) return pull;
    return isCurrent(now, found.size) ? site.store.pulls.put({ ...now, ...found }) : now;
  });
}

/** Whether something measured is about the commits the pull request has now. */
export function isCurrent({ head, base }: Pull, about: { headOid: string; baseOid: string } | undefined): boolean {
  return about?.headOid === head.oid && about.baseOid === base.oid;
}
