import type { Resolvers } from "../context.ts";
import type { AccountSource } from "../source.ts";

/** People. */
export const user: Resolvers<AccountSource> = {
  id: ({ row }) => row.nodeId,
  databaseId: ({ row }) => row.id,
  login: ({ row }) => row.login,
  name: ({ row }) => row.login,
  url: ({ row }, _, { site }) => `${site.url}/${row.login}`,
  avatarUrl: ({ row }, _, { site }) => `${site.url}/avatars/${row.id}`,
  createdAt: ({ row }) => row.createdAt,
};

/** Bots of apps; GraphQL names them without the `[bot]` that REST shows. */
export const bot: Resolvers<AccountSource> = {
  ...user,
  login: ({ row }) => row.login.replace(/\[bot\]$/, ""),
  url: ({ row }, _, { site }) => `${site.url}/apps/${row.login.replace(/\[bot\]$/, "")}`,
};
