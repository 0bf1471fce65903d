import { spend } from "../http/rate-limit.ts";
import { ok } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";

/** What the forge says about itself and about the caller's budget. */
export const metaRoutes: readonly Route[] = [
  route("GET /meta", () => ok({ verifiable_password_authentication: false, installed_version: "3.19.0" })),
  route("GET /rate_limit", ({ site, actor }) => {
    // Asking costs nothing; the gate is about to count one for this request.
    const core = spend(site.rates, actor, -1);
    spend(site.rates, actor, 1);
    const whole = { limit: 5000, used: 0, remaining: 5000, reset: core.reset };
    const search = { limit: 30, used: 0, remaining: 30, reset: core.reset };
    return ok({ resources: { core, search, graphql: whole }, rate: core });
  }),
];
