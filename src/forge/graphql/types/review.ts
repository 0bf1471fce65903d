import type { Review } from "../../model/review.ts";
import { repositoryPage } from "../../present/repository.ts";
import { connection, type PageArguments } from "../connection.ts";
import { type Context, type Resolvers, repositoryById } from "../context.ts";
import { accountById, ofPull, ofRepository } from "../source.ts";

export interface ReviewSource {
  readonly __typename: "PullRequestReview";
  readonly row: Review;
}

/** Reviews of pull requests. */
export const pullRequestReview: Resolvers<ReviewSource> = {
  id: ({ row }) => row.nodeId,
  databaseId: ({ row }) => row.id,
  fullDatabaseId: ({ row }) => String(row.id),
  author: ({ row }, _, { site }) => accountById(site, row.authorId),
  body: ({ row }) => row.body,
  state: ({ row }) => row.state,
  // GitHub lets people react to reviews in its pages only; the forge's pages do not.
  reactions: (_, args: PageArguments) => connection([], args, () => ""),
  editor: () => null,
  lastEditedAt: () => null,
  createdAt: ({ row }) => row.submittedAt,
  submittedAt: ({ row }) => row.submittedAt,
  updatedAt: ({ row }) => row.submittedAt,
  repository: ({ row }, _, context) => ofRepository(repositoryById(context, row.repositoryId)),
  pullRequest: (source, _, context) => ofPull(context.site, pullOf(source, context)),
  url: (source, _, context) => {
    const page = repositoryPage(context.site, repositoryById(context, source.row.repositoryId));
    return `${page}/pull/${pullOf(source, context).number}#pullrequestreview-${source.row.id}`;
  },
};

function pullOf({ row }: ReviewSource, { site }: Context) {
  const pull = site.store.pulls.get(row.pullId);
  if (pull === undefined) throw new Error(`review ${row.id} has no pull request`);
  return pull;
}
