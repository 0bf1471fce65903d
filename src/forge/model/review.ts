export const reviewEvents = ["APPROVE", "REQUEST_CHANGES", "COMMENT"] as const;
export type ReviewEvent = (typeof reviewEvents)[number];
export type ReviewState = "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED";

/** A submitted review of a pull request. */
export interface Review {
  readonly id: number;
  readonly nodeId: string;
  readonly repositoryId: number;
  readonly pullId: number;
  readonly authorId: number;
  readonly state: ReviewState;
  readonly body: string;
  /** The head that was reviewed. */
  readonly commitOid: string;
  readonly submittedAt: string;
}
