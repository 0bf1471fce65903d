import { type CommitContext, contextsOf, rollupState } from "../../domain/check-rollup.ts";
import { nodeId } from "../../model/node-id.ts";
import type { Repository } from "../../model/repository.ts";
import type { CommitStatus } from "../../model/status.ts";
import type { Site } from "../../site.ts";
import { connection, type PageArguments } from "../connection.ts";
import { type Resolvers, repositoryById } from "../context.ts";
import { accountById, ofCheckRun, ofObject } from "../source.ts";
import { isRequired, type RequiredArguments } from "./required.ts";

/** Everything that says whether a commit is good. */
export interface RollupSource {
  readonly repository: Repository;
  readonly oid: string;
  readonly contexts: readonly CommitContext[];
}

/** The rollup of a commit, or null when nothing was reported about it. */
export function rollup(site: Site, repository: Repository, oid: string): RollupSource | null {
  const contexts = contextsOf(site, repository.id, oid);
  return contexts.length === 0 ? null : { repository, oid, contexts };
}

export const statusCheckRollup: Resolvers<RollupSource> = {
  id: ({ repository, oid }) => nodeId("commit", repository.id, `${oid}/rollup`),
  commit: (source) => ofObject("Commit", source, source.oid),
  state: ({ contexts }) => rollupState(contexts)?.toUpperCase(),
  contexts: ({ contexts }, args: PageArguments) => connection(contexts.map(ofContext), args, ({ row }) => row.id),
};

interface StatusSource {
  readonly __typename: "StatusContext";
  readonly row: CommitStatus;
}

export const statusContext: Resolvers<StatusSource> = {
  id: ({ row }) => row.nodeId,
  context: ({ row }) => row.context,
  state: ({ row }) => row.state.toUpperCase(),
  description: ({ row }) => row.description,
  targetUrl: ({ row }) => row.targetUrl,
  createdAt: ({ row }) => row.createdAt,
  creator: ({ row }, _, { site }) => accountById(site, row.creatorId),
  commit: ({ row }, _, context) =>
    ofObject("Commit", { repository: repositoryById(context, row.repositoryId) }, row.oid),
  isRequired: ({ row }, args: RequiredArguments, context) => isRequired(context, row.repositoryId, row.context, args),
};

function ofContext({ source }: CommitContext) {
  return source.kind === "check"
    ? ofCheckRun(source.run)
    : ({ __typename: "StatusContext", row: source.status } as const);
}
