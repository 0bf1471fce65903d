import type { Account } from "../model/account.ts";
import type { CheckRun } from "../model/check.ts";
import type { Comment, Reaction } from "../model/comment.ts";
import type { Issue } from "../model/issue.ts";
import type { Label } from "../model/label.ts";
import type { Pull } from "../model/pull.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";

/** A row with the name of the GraphQL type that shows it; GraphQL reads `__typename` to tell union members apart. */
interface Typed<Name extends string, Row> {
  readonly __typename: Name;
  readonly row: Row;
}

export type AccountSource = Typed<"User" | "Bot", Account>;
export type RepositorySource = Typed<"Repository", Repository>;
export type IssueSource = Typed<"Issue", Issue>;
export type PullSource = Typed<"PullRequest", Issue> & { readonly pull: Pull };
export type CommentSource = Typed<"IssueComment", Comment>;
export type LabelSource = Typed<"Label", Label>;
export type ReactionSource = Typed<"Reaction", Reaction>;
export type CheckRunSource = Typed<"CheckRun", CheckRun>;

/** A git object, read only when a field beyond its id is asked for. */
export interface ObjectSource {
  readonly __typename: "Commit" | "Tree" | "Blob" | "Tag";
  readonly repository: Repository;
  readonly oid: string;
}

export interface RefSource {
  readonly __typename: "Ref";
  readonly repository: Repository;
  /** Full name. */
  readonly name: string;
  readonly oid: string;
  readonly type: "commit" | "tag" | "tree" | "blob";
}

export const ofRepository = (row: Repository): RepositorySource => ({ __typename: "Repository", row });
export const ofComment = (row: Comment): CommentSource => ({ __typename: "IssueComment", row });
export const ofLabel = (row: Label): LabelSource => ({ __typename: "Label", row });
export const ofReaction = (row: Reaction): ReactionSource => ({ __typename: "Reaction", row });
export const ofCheckRun = (row: CheckRun): CheckRunSource => ({ __typename: "CheckRun", row });

/** An account as `Actor`: organizations never write, so they are shown as users. */
export function ofAccount(row: Account): AccountSource {
  return { __typename: row.type === "Bot" ? "Bot" : "User", row };
}

/** The account with this id, or null as GitHub answers for ghosts. */
export function accountById({ store }: Site, id: number | undefined): AccountSource | null {
  const row = id === undefined ? undefined : store.accounts.get(id);
  return row === undefined ? null : ofAccount(row);
}

/** The issue row as what it is: an issue, or a pull request. */
export function ofIssue({ store }: Site, row: Issue): IssueSource | PullSource {
  const pull = row.pullId === undefined ? undefined : store.pulls.get(row.pullId);
  return pull === undefined ? { __typename: "Issue", row } : { __typename: "PullRequest", row, pull };
}

/** Rows of these ids that are issues and not pull requests; ids of what is gone are left out. */
export function issuesById(site: Site, ids: readonly number[]): IssueSource[] {
  return ids.flatMap((id) => {
    const row = site.store.issues.get(id);
    return row === undefined || row.pullId !== undefined ? [] : [{ __typename: "Issue", row } as const];
  });
}

/** The pull request of this row, which the caller knows to be one. */
export function ofPull({ store }: Site, pull: Pull): PullSource {
  const row = store.issues.get(pull.issueId);
  if (row === undefined) throw new Error(`pull request ${pull.id} has no issue half`);
  return { __typename: "PullRequest", row, pull };
}

/** Another object of the same repository. */
export function ofObject(
  kind: ObjectSource["__typename"],
  { repository }: Pick<ObjectSource, "repository">,
  oid: string,
): ObjectSource {
  return { __typename: kind, repository, oid };
}
