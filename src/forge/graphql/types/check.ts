import { type Resolvers, repositoryById } from "../context.ts";
import { type CheckRunSource, ofRepository } from "../source.ts";
import { isRequired, type RequiredArguments } from "./required.ts";

/** Check runs of apps. */
export const checkRun: Resolvers<CheckRunSource> = {
  id: ({ row }) => row.nodeId,
  databaseId: ({ row }) => row.id,
  name: ({ row }) => row.name,
  externalId: ({ row }) => row.externalId,
  status: ({ row }) => row.status.toUpperCase(),
  conclusion: ({ row }) => row.conclusion?.toUpperCase() ?? null,
  startedAt: ({ row }) => row.startedAt,
  completedAt: ({ row }) => row.completedAt,
  detailsUrl: ({ row }) => row.detailsUrl,
  title: ({ row }) => row.output.title,
  summary: ({ row }) => row.output.summary,
  text: ({ row }) => row.output.text,
  url: ({ row }, _, { site }) => `${site.url}/runs/${row.id}`,
  repository: ({ row }, _, context) => ofRepository(repositoryById(context, row.repositoryId)),
  isRequired: ({ row }, args: RequiredArguments, context) => isRequired(context, row.repositoryId, row.name, args),
};
