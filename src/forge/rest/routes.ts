import type { Route } from "../http/route.ts";
import { accessTokenRoutes } from "./access-tokens.ts";
import { appRoutes } from "./apps.ts";
import { collaboratorRoutes } from "./collaborators.ts";
import { commitRoutes } from "./commits.ts";
import { contentRoutes } from "./contents.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { gitObjectRoutes } from "./git-objects.ts";
import { gitRefRoutes } from "./git-refs.ts";
import { metaRoutes } from "./meta.ts";
import { repositoryRoutes } from "./repositories.ts";
import { userRoutes } from "./users.ts";

/** Every REST route, one list per resource. */
export const restRoutes: readonly Route[] = [
  ...metaRoutes,
  ...accessTokenRoutes,
  ...appRoutes,
  ...collaboratorRoutes,
  ...commitRoutes,
  ...contentRoutes,
  ...deliveryRoutes,
  ...gitObjectRoutes,
  ...gitRefRoutes,
  ...repositoryRoutes,
  ...userRoutes,
];
