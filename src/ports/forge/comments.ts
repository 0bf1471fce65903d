export interface CommentView {
  readonly id: number;
  readonly nodeId: string;
  /** The issue (or pull request) it stands on. */
  readonly issue: number;
  readonly author: string;
  readonly authorIsBot: boolean;
  readonly body: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly url: string;
}

export interface Comments {
  /** Oldest first, all pages (at most 1,000). `since` (ISO 8601) compares updatedAt, as GitHub does. */
  ofIssue(issue: number, since?: string): Promise<readonly CommentView[]>;
  /** Every comment of the repository updated since then, oldest first. */
  since(time: string): Promise<readonly CommentView[]>;
  /** Undefined when the comment is gone. */
  get(id: number): Promise<CommentView | undefined>;
  create(issue: number, body: string): Promise<CommentView>;
  /** False when the comment is gone. */
  update(id: number, body: string): Promise<boolean>;
  /** One that is gone already is no error. */
  remove(id: number): Promise<void>;
  /** Best effort: a host that cannot pin is no error. */
  pin(id: number): Promise<void>;
  /** Idempotent. */
  react(id: number, reaction: "+1" | "-1" | "eyes" | "confused" | "rocket"): Promise<void>;
}
