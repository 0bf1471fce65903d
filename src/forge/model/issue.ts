/** Why a closed issue was closed, in REST's spelling. */
export type StateReason = "completed" | "not_planned" | "duplicate" | "reopened";

/** An issue, or the issue half of a pull request: both share one row and one number space. */
export interface Issue {
  readonly id: number;
  readonly nodeId: string;
  readonly repositoryId: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly authorId: number;
  /** App through which the author wrote, for bots. */
  readonly appId: number | undefined;
  readonly state: "open" | "closed";
  readonly stateReason: StateReason | null;
  readonly labelIds: readonly number[];
  readonly assigneeIds: readonly number[];
  /** Issue this one is a sub-issue of. */
  readonly parentId: number | undefined;
  /** Sub-issues in the order people see. */
  readonly subIssueIds: readonly number[];
  /** Issues that block this one, open or closed, oldest edge first. */
  readonly blockedByIds: readonly number[];
  readonly pinnedCommentId: number | undefined;
  readonly commentCount: number;
  readonly locked: boolean;
  /** Row of `pulls` when this is the issue half of a pull request. */
  readonly pullId: number | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The last edit of the body; labels, state and title do not count. */
  readonly editedAt: string | undefined;
  readonly editorId: number | undefined;
  readonly closedAt: string | null;
  readonly closedById: number | undefined;
}

/** What is left of an issue that was deleted: its number answers 410. */
export interface DeletedIssue {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
}
