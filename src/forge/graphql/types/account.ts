import type { Resolvers } from "../context.ts";
import type { AccountSource } from "../source.ts";

const account: Resolvers<AccountSource> = {
  id: ({ row }) => row.nodeId,
  databaseId: ({ row }) => row.id,
  login: ({ row }) => row.login,
  url: ({ row }, _, { site }) => `${site.url}/${row.login}`,
  avatarUrl: ({ row }, _, { site }) => `${site.url}/avatars/${row.id}`,
};

/** People. */
export const user: Resolvers<AccountSource> = {
  ...account,
  name: ({ row }) => row.login,
  createdAt: ({ row }) => row.createdAt,
};

/** Bots of apps; GraphQL names them without the `[bot]` that REST shows. */
export const bot: Resolvers<AccountSource> = {
  ...account,
  login: ({ row }) => row.login.replace(/\[bot\]$/, ""),
  url: ({ row }, _, { site }) => `${site.url}/apps/${row.login.replace(/\[bot\]$/, "")}`,
};
