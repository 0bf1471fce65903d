import { fullName } from "../../present/repository.ts";
import { type Resolvers, repositoryById } from "../context.ts";
import { type LabelSource, ofRepository } from "../source.ts";

/** Labels; the store keeps no times for them, so the repository's stand in. */
export const label: Resolvers<LabelSource> = {
  id: ({ row }) => row.nodeId,
  name: ({ row }) => row.name,
  color: ({ row }) => row.color,
  description: ({ row }) => row.description,
  isDefault: ({ row }) => row.default,
  repository: ({ row }, _, context) => ofRepository(repositoryById(context, row.repositoryId)),
  createdAt: ({ row }, _, context) => repositoryById(context, row.repositoryId).createdAt,
  updatedAt: ({ row }, _, context) => repositoryById(context, row.repositoryId).createdAt,
  url: ({ row }, _, context) => {
    const name = fullName(context.site, repositoryById(context, row.repositoryId));
    return `${context.site.url}/${name}/labels/${encodeURIComponent(row.name)}`;
  },
};
