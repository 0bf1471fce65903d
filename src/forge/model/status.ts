export const statusStates = ["error", "failure", "pending", "success"] as const;
export type StatusState = (typeof statusStates)[number];

/** One report about a commit; the latest of a context counts. */
export interface CommitStatus {
  readonly id: number;
  readonly nodeId: string;
  readonly repositoryId: number;
  readonly oid: string;
  readonly context: string;
  readonly state: StatusState;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creatorId: number;
  readonly createdAt: string;
}
