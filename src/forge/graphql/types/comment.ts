import { fullName } from "../../present/repository.ts";
import type { PageArguments } from "../connection.ts";
import { type Context, type Resolvers, repositoryById } from "../context.ts";
import { accountById, type CommentSource, ofIssue, ofRepository } from "../source.ts";
import { reactionsOf } from "./reaction.ts";

/** Comments in the thread of an issue or pull request. */
export const issueComment: Resolvers<CommentSource> = {
  id: ({ row }) => row.nodeId,
  databaseId: ({ row }) => row.id,
  fullDatabaseId: ({ row }) => String(row.id),
  body: ({ row }) => row.body,
  author: ({ row }, _, { site }) => accountById(site, row.authorId),
  editor: ({ row }, _, { site }) => (row.editorId === undefined ? null : accountById(site, row.editorId)),
  lastEditedAt: ({ row }) => row.editedAt ?? null,
  createdAt: ({ row }) => row.createdAt,
  updatedAt: ({ row }) => row.updatedAt,
  isPinned: ({ row }) => row.pinnedAt !== undefined,
  pinnedAt: ({ row }) => row.pinnedAt ?? null,
  issue: (source, _, context) => thread(source, context),
  pullRequest: (source, _, context) => {
    const found = thread(source, context);
    return found?.__typename === "PullRequest" ? found : null;
  },
  repository: ({ row }, _, context) => ofRepository(repositoryById(context, row.repositoryId)),
  reactions: ({ row }, args: PageArguments, { site }) => reactionsOf(site, "comment", row.id, args),
  url: (source, _, context) => {
    const found = thread(source, context);
    const kind = found?.__typename === "PullRequest" ? "pull" : "issues";
    const page = `${context.site.url}/${fullName(context.site, repositoryById(context, source.row.repositoryId))}`;
    return `${page}/${kind}/${found?.row.number}#issuecomment-${source.row.id}`;
  },
};

function thread({ row }: CommentSource, { site }: Context) {
  const issue = site.store.issues.get(row.issueId);
  return issue === undefined ? undefined : ofIssue(site, issue);
}
