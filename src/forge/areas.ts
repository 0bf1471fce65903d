import { authenticate } from "./access/authenticate.ts";
import { gitRoutes, refuseGit } from "./git/smart-http.ts";
import { graphqlRoutes } from "./graphql/routes.ts";
import type { Area } from "./http/gate.ts";
import { json } from "./http/reply.ts";
import { pages } from "./pages/routes.ts";
import { restRoutes } from "./rest/routes.ts";

const byHeader: Area["authenticate"] = (site, headers) => authenticate(site, headers.get("authorization"));
const asJson: Area["refuse"] = (error) => json(error.status, error.body);

/** All of the forge's routes: REST, GraphQL, git, then the pages for people. */
export const areas: readonly Area[] = [
  { base: "/api/v3", routes: restRoutes, authenticate: byHeader, refuse: asJson, kind: "rest" },
  { base: "/api", routes: graphqlRoutes, authenticate: byHeader, refuse: asJson, kind: "graphql" },
  { base: "", routes: gitRoutes, authenticate: byHeader, refuse: refuseGit, kind: "git" },
  pages,
];
