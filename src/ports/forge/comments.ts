import type { Oid } from "../../core/repository.ts";
import type { IssueDetail } from "./issues.ts";

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
  /** It has a thumb up, whoever's; absent where that is not told. */
  readonly hasThumb?: boolean;
}

/** An issue, its comments and the ledger's head, as one moment showed them. */
export interface Thread {
  /** Oldest first; those updated since the time that was asked for. */
  readonly comments: readonly ThreadComment[];
  /** Absent where only the comments could be read: of a pull request, or while one of GitHub's two quotas is spent. */
  readonly issue?: IssueDetail;
  /** When the issue's text was last edited, ISO 8601; title edits are not told. */
  readonly bodyEditedAt?: string;
  /** Absent while there is no ledger, or together with `issue`. */
  readonly ledger?: Oid;
}

export interface ThreadComment extends CommentView {
  /** When its text was last edited, ISO 8601: told only where the issue is. */
  readonly editedAt?: string;
}

/** What was read so lately may be given once more without asking, milliseconds; never what was read before a write of ours to the same thread. */
export interface Within {
  readonly within?: number;
}

export interface Comments {
  /** An issue's comments with all that a command on it depends on, most often in one request. `since` as below. */
  thread(issue: number, since?: string): Promise<Thread>;
  /** Oldest first, all pages (at most 1,000). `since` (ISO 8601) compares updatedAt, as GitHub does. */
  ofIssue(issue: number, since?: string, options?: Within): Promise<readonly CommentView[]>;
  /** Every comment of the repository updated since then, oldest first. */
  since(time: string): Promise<readonly CommentView[]>;
  /** Undefined when the comment is gone. */
  get(id: number, options?: Within): Promise<CommentView | undefined>;
  create(issue: number, body: string): Promise<CommentView>;
  /** False when the comment is gone. */
  update(id: number, body: string): Promise<boolean>;
  /** One that is gone already is no error. */
  remove(id: number): Promise<void>;
  /** Best effort: a host that cannot pin is no error. */
  pin(id: number): Promise<void>;
  /** Idempotent. It may wait up to a second for another write to travel with. */
  react(id: number, reaction: "+1" | "-1" | "eyes" | "confused" | "rocket"): Promise<void>;
}
