import type { Comment } from "../model/comment.ts";
import type { Issue } from "../model/issue.ts";
import type { Label } from "../model/label.ts";
import { parseNodeId } from "../model/node-id.ts";
import type { Pull } from "../model/pull.ts";
import type { Repository } from "../model/repository.ts";
import type { Context } from "./context.ts";
import { unresolved, visible } from "./nodes.ts";

/** The repository of an input's `repositoryId`. */
export function repositoryByNode(context: Context, id: string): Repository {
  const node = parseNodeId(id);
  const repository = node?.kind === "repository" ? visible(context, node.id) : undefined;
  if (repository === undefined) throw unresolved(id);
  return repository;
}

/** A row and the repository it lives in. */
export interface Placed<Row> {
  readonly row: Row;
  readonly repository: Repository;
}

/** The issue or pull request of an input, by the row they share. */
export function threadByNode(context: Context, id: string): Placed<Issue> {
  const node = parseNodeId(id);
  const issueId = node?.kind === "pull" ? context.site.store.pulls.get(node.id)?.issueId : node?.id;
  const known = node?.kind === "issue" || node?.kind === "pull";
  return placed(context, id, known && issueId !== undefined ? context.site.store.issues.get(issueId) : undefined);
}

/** The issue of an input that takes no pull request. */
export function issueByNode(context: Context, id: string): Placed<Issue> {
  const found = threadByNode(context, id);
  if (found.row.pullId !== undefined) throw unresolved(id);
  return found;
}

export function pullByNode(context: Context, id: string): Placed<Pull> {
  const node = parseNodeId(id);
  return placed(context, id, node?.kind === "pull" ? context.site.store.pulls.get(node.id) : undefined);
}

export function commentByNode(context: Context, id: string): Placed<Comment> {
  const node = parseNodeId(id);
  return placed(context, id, node?.kind === "comment" ? context.site.store.comments.get(node.id) : undefined);
}

/** The database ids of labels; each must be the repository's own. */
export function labelIdsByNode(context: Context, repository: Repository, ids: readonly string[]): number[] {
  return ids.map((id) => {
    const node = parseNodeId(id);
    const label: Label | undefined = node?.kind === "label" ? context.site.store.labels.get(node.id) : undefined;
    if (label?.repositoryId !== repository.id) throw unresolved(id);
    return label.id;
  });
}

function placed<Row extends { readonly repositoryId: number }>(
  context: Context,
  id: string,
  row: Row | undefined,
): Placed<Row> {
  const repository = row === undefined ? undefined : visible(context, row.repositoryId);
  if (row === undefined || repository === undefined) throw unresolved(id);
  return { row, repository };
}
