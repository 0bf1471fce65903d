import { pullsClosing } from "../../domain/closing-issues.ts";
import type { Comment } from "../../model/comment.ts";
import type { Issue } from "../../model/issue.ts";
import { fullName } from "../../present/repository.ts";
import { connection, type PageArguments } from "../connection.ts";
import { type Context, type Resolvers, repositoryById } from "../context.ts";
import { accountById, type IssueSource, issuesById, ofComment, ofIssue, ofPull, ofRepository } from "../source.ts";
import { labelsOf } from "./list.ts";
import { reactionsOf } from "./reaction.ts";

/** What an issue and the issue half of a pull request answer alike. */
export const thread: Resolvers<{ readonly row: Issue }> = {
  id: ({ row }) => row.nodeId,
  databaseId: ({ row }) => row.id,
  fullDatabaseId: ({ row }) => String(row.id),
  number: ({ row }) => row.number,
  title: ({ row }) => row.title,
  body: ({ row }) => row.body ?? "",
  author: ({ row }, _, { site }) => accountById(site, row.authorId),
  editor: ({ row }, _, { site }) => (row.editorId === undefined ? null : accountById(site, row.editorId)),
  lastEditedAt: ({ row }) => row.editedAt ?? null,
  closed: ({ row }) => row.state === "closed",
  closedAt: ({ row }) => row.closedAt,
  createdAt: ({ row }) => row.createdAt,
  updatedAt: ({ row }) => row.updatedAt,
  repository: ({ row }, _, context) => ofRepository(repositoryById(context, row.repositoryId)),
  labels: ({ row }, args: PageArguments, { site }) => connection(labelsOf(site, row), args, (source) => source.row.id),
  comments: ({ row }, args: PageArguments & { orderBy?: { direction: "ASC" | "DESC" } | null }, { site }) => {
    const rows = inOrder(site.store.comments.list("byIssue", [row.id]), args.orderBy?.direction);
    return connection(rows.map(ofComment), args, (source) => source.row.id);
  },
  reactions: ({ row }, args: PageArguments, { site }) => reactionsOf(site, "issue", row.id, args),
};

/** GitHub orders comments by their last change only, else as they were written. */
function inOrder(rows: readonly Comment[], direction: "ASC" | "DESC" | undefined): readonly Comment[] {
  if (direction === undefined) return rows;
  const ascending = [...rows].sort((a, b) => Date.parse(a.updatedAt) - Date.parse(b.updatedAt) || a.id - b.id);
  return direction === "ASC" ? ascending : ascending.reverse();
}

/** Issues. */
export const issue: Resolvers<IssueSource> = {
  ...thread,
  url: ({ row }, _, context) => threadUrl(context, row, "issues"),
  state: ({ row }) => row.state.toUpperCase(),
  stateReason: ({ row }) => row.stateReason?.toUpperCase() ?? null,
  parent: ({ row }, _, { site }) => {
    const parent = row.parentId === undefined ? undefined : site.store.issues.get(row.parentId);
    return parent === undefined ? null : ofIssue(site, parent);
  },
  subIssues: ({ row }, args: PageArguments, { site }) => issueConnection(issuesById(site, row.subIssueIds), args),
  subIssuesSummary: ({ row }, _, { site }) => {
    const rows = issuesById(site, row.subIssueIds);
    const completed = rows.filter((sub) => sub.row.state === "closed").length;
    return {
      total: rows.length,
      completed,
      percentCompleted: Math.floor((100 * completed) / Math.max(1, rows.length)),
    };
  },
  blockedBy: ({ row }, args: PageArguments, { site }) => issueConnection(issuesById(site, row.blockedByIds), args),
  blocking: ({ row }, args: PageArguments, context) => issueConnection(blocking(context, row), args),
  issueDependenciesSummary: ({ row }, _, context) => {
    const blockers = issuesById(context.site, row.blockedByIds);
    const blocked = blocking(context, row);
    return {
      blockedBy: blockers.filter(isOpen).length,
      totalBlockedBy: blockers.length,
      blocking: row.state === "open" ? blocked.filter(isOpen).length : 0,
      totalBlocking: blocked.length,
    };
  },
  closedByPullRequestsReferences: (source, args: PageArguments & { includeClosedPrs?: boolean | null }, context) => {
    const { site } = context;
    const pulls = pullsClosing(site, repositoryById(context, source.row.repositoryId), source.row);
    const wanted = pulls
      .map((pull) => ofPull(site, pull))
      .filter(({ row, pull }) => row.state === "open" || pull.merged || args.includeClosedPrs === true);
    return connection(wanted, args, ({ row }) => row.id);
  },
};

function blocking({ site }: Context, row: Issue): IssueSource[] {
  return site.store.issues.list("byBlocker", [row.id]).map((blocked) => ({ __typename: "Issue", row: blocked }));
}

const isOpen = ({ row }: IssueSource) => row.state === "open";

function issueConnection(rows: readonly IssueSource[], args: PageArguments) {
  return connection(rows, args, ({ row }) => row.id);
}

/** The thread's page. */
export function threadUrl(context: Context, row: Issue, kind: "issues" | "pull"): string {
  return `${context.site.url}/${fullName(context.site, repositoryById(context, row.repositoryId))}/${kind}/${row.number}`;
}
