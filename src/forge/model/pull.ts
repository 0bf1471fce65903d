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
}
