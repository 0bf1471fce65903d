/** One end of a pull request. */
export interface PullEnd {
  readonly repositoryId: number;
  /** Branch name without `refs/heads/`. */
  readonly ref: string;
  readonly oid: string;
}

/** What a trial merge of `head` into `base` said; true only for exactly these two commits. */
export interface Mergeability {
  readonly headOid: string;
  readonly baseOid: string;
  readonly clean: boolean;
  readonly conflicts: readonly string[];
}

/** How much a pull request brings; true only for exactly these two commits. */
export interface PullSize {
  readonly headOid: string;
  readonly baseOid: string;
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
}

/** A merge that was decided: written before the base branch moves, so that a kill in between loses nothing. */
export interface IntendedMerge {
  readonly commitOid: string;
  readonly byId: number;
}

export const mergeMethods = ["merge", "squash", "rebase"] as const;
export type MergeMethod = (typeof mergeMethods)[number];

/** What a pull request has beyond its issue half. */
export interface Pull {
  readonly id: number;
  readonly nodeId: string;
  readonly repositoryId: number;
  readonly issueId: number;
  readonly number: number;
  readonly head: PullEnd;
  readonly base: PullEnd;
  readonly draft: boolean;
  readonly merged: boolean;
  readonly mergedAt: string | null;
  readonly mergedById: number | undefined;
  readonly mergeCommitOid: string | undefined;
  readonly maintainerCanModify: boolean;
  readonly mergeability: Mergeability | undefined;
  readonly size: PullSize | undefined;
  readonly intendedMerge: IntendedMerge | undefined;
}
