import { author, canSee, findRepository } from "../../access/authorize.ts";
import { identity } from "../../access/identity.ts";
import { timestamp } from "../../site.ts";
import type { Resolvers } from "../context.ts";
import { refused } from "../errors.ts";
import { findNode } from "../nodes.ts";
import { type AccountSource, ofAccount, ofRepository } from "../source.ts";

/** Where every query starts. */
export const query: Resolvers<undefined> = {
  // GitHub makes the root a node too; nobody can look it up.
  id: () => "Q_0",
  repository: (_, { owner, name }: { owner: string; name: string }, { site, actor }) => {
    const found = findRepository(site, owner, name);
    if (found === undefined || !canSee(site, actor, found)) {
      throw refused("NOT_FOUND", `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    }
    return ofRepository(found);
  },
  node: (_, { id }: { id: string }, context) => findNode(context, id),
  nodes: (_, { ids }: { ids: readonly string[] }, context) => {
    if (ids.length > 100)
      throw refused("ARGUMENT_LIMIT", `You may not provide more than 100 node ids; you provided ${ids.length}.`);
    // One id that leads nowhere is null with an error at its place; the others stand.
    return ids.map(async (id) => findNode(context, id));
  },
  viewer: (_, _args, { actor }): AccountSource => ({ __typename: "User", row: author(actor) }),
  user: (_, { login }: { login: string }, { site }) => {
    const found = site.store.accounts.find("byLogin", [login.toLowerCase()]);
    if (found?.type !== "User") throw refused("NOT_FOUND", `Could not resolve to a User with the login of '${login}'.`);
    return ofAccount(found);
  },
  rateLimit: (_, _args, { site, actor }) => {
    const allowance = site.faults.allowance({ identity: identity(actor), resource: "graphql" }, site.clock.now());
    if (allowance === undefined) return null;
    const { limit, used, remaining, reset } = allowance;
    return { cost: 1, nodeCount: 0, limit, used, remaining, resetAt: timestamp(new Date(reset * 1000)) };
  },
};
