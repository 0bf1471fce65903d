/** A comment in the thread of an issue or pull request. */
export interface Comment {
  readonly id: number;
  readonly nodeId: string;
  readonly repositoryId: number;
  readonly issueId: number;
  readonly authorId: number;
  readonly appId: number | undefined;
  readonly body: string;
  readonly pinnedAt: string | undefined;
  readonly pinnedById: number | undefined;
  readonly createdAt: string;
  /** Pins move it too; edits of the text alone are told by `editedAt`. */
  readonly updatedAt: string;
  readonly editedAt: string | undefined;
  readonly editorId: number | undefined;
}

export const reactionContents = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"] as const;
export type ReactionContent = (typeof reactionContents)[number];

/** One account's reaction to an issue or to a comment. */
export interface Reaction {
  readonly id: number;
  readonly nodeId: string;
  readonly subject: "issue" | "comment";
  /** Database id of the issue or comment. */
  readonly subjectId: number;
  readonly accountId: number;
  readonly content: ReactionContent;
  readonly createdAt: string;
}
