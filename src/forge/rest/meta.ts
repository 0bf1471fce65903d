import { identity } from "../access/identity.ts";
import type { Call } from "../http/call.ts";
import { HttpError } from "../http/errors.ts";
import { ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";

/** What the forge says about itself and about the caller's budget. */
export const metaRoutes: readonly Route[] = [
  route("GET /meta", () => ok({ verifiable_password_authentication: false, installed_version: "3.19.0" })),
  route("GET /rate_limit", rateLimit, { isFree: true }),
];

function rateLimit({ site, actor }: Call): Reply {
  const now = site.clock.now();
  const allowance = (resource: "core" | "graphql") =>
    site.faults.allowance({ identity: identity(actor), resource }, now);
  const core = allowance("core");
  const graphql = allowance("graphql");
  // As a GitHub server of one's own says where nobody has set limits.
  if (core === undefined || graphql === undefined) throw new HttpError(404, "Rate limiting is not enabled.");
  const search = { limit: 30, used: 0, remaining: 30, reset: core.reset };
  return ok({ resources: { core, search, graphql }, rate: core });
}
