import type { Route } from "../http/route.ts";
import { metaRoutes } from "./meta.ts";
import { userRoutes } from "./users.ts";

/** Every REST route, one list per resource. */
export const restRoutes: readonly Route[] = [...metaRoutes, ...userRoutes];
