import { author } from "../access/authorize.ts";
import { notAccessible, notFound } from "../http/errors.ts";
import { ok } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { presentProfile } from "../present/account.ts";

/** People, organizations and bots. */
export const userRoutes: readonly Route[] = [
  route("GET /user", ({ site, actor }) => {
    if (actor.kind === "installation") throw notAccessible();
    return ok({ ...presentProfile(site, author(actor)), ...privateFacts });
  }),
  route("GET /users/{username}", (call) => {
    const account = call.site.store.accounts.find("byLogin", [call.parameter("username").toLowerCase()]);
    if (account === undefined) throw notFound();
    return ok(presentProfile(call.site, account));
  }),
];

const privateFacts = {
  private_gists: 0,
  total_private_repos: 0,
  owned_private_repos: 0,
  disk_usage: 0,
  collaborators: 0,
  two_factor_authentication: false,
};
