import { randomUUID } from "node:crypto";
import type { Actor } from "../access/actor.ts";
import type { Site } from "../site.ts";
import type { Call } from "./call.ts";
import { HttpError } from "./errors.ts";
import { rateLimitHeaders } from "./rate-limit.ts";
import type { Reply } from "./reply.ts";
import type { Route } from "./route.ts";

/** A family of routes with one way to sign in and one way to say no. */
export interface Area {
  /** Put before every template: `/api/v3`. */
  readonly base: string;
  readonly routes: readonly Route[];
  readonly authenticate: (site: Site, headers: Headers) => Promise<Actor>;
  readonly refuse: (error: HttpError) => Reply;
  /** Whether answers carry the API's headers. */
  readonly api: boolean;
}

/** The one place every request passes: faults, identity, counting, errors, headers. */
export async function pass(area: Area, route: Route, visit: Visit): Promise<Reply> {
  const { inFlight } = visit.site;
  const work = serve(area, route, visit);
  inFlight.add(work);
  return work.finally(() => inFlight.delete(work));
}

/** A request whose sender is not known yet. */
export type Visit = Omit<Call, "actor">;

async function serve(area: Area, route: Route, visit: Visit): Promise<Reply> {
  const { site } = visit;
  site.faults.request(visit.route);
  if (!route.countsItself) site.counts.request(visit.route);
  let actor: Actor = { kind: "anonymous" };
  let reply: Reply;
  try {
    actor = await area.authenticate(site, visit.headers);
    reply = await route.handler({ ...visit, actor });
  } catch (error) {
    const refusal = toHttpError(site, visit, error);
    reply = area.refuse(refusal);
    // The rest of an over-long body is still on its way, so the connection cannot be used again.
    if (refusal.status === 413) reply = { ...reply, headers: { ...reply.headers, connection: "close" } };
  }
  if (route.creates && reply.status < 300) site.counts.creation(visit.route);
  return area.api ? { ...reply, headers: { ...apiHeaders(visit, actor), ...reply.headers } } : reply;
}

/** What an address nobody answers gets. */
export function unknownRoute(site: Site, method: string, path: string): HttpError {
  site.log(`forge: no route for ${method} ${path}`);
  return new HttpError(404, "Not Found");
}

function toHttpError(site: Site, visit: Visit, error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  site.log(`forge: ${visit.route} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return new HttpError(500, "Server Error");
}

function apiHeaders({ headers, site }: Visit, actor: Actor): Record<string, string> {
  return {
    "x-github-request-id": randomUUID(),
    "x-github-media-type": "github.v3; format=json",
    "x-github-api-version-selected": headers.get("x-github-api-version") ?? "2022-11-28",
    ...rateLimitHeaders(site.rates, actor),
  };
}
