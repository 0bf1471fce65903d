import { randomUUID } from "node:crypto";
import type { Actor } from "../access/actor.ts";
import { befall, callerOf, isApi } from "../faults/befall.ts";
import type { Site } from "../site.ts";
import { allowanceHeaders } from "./allowance-headers.ts";
import type { Call } from "./call.ts";
import { conditional } from "./conditional.ts";
import { HttpError } from "./errors.ts";
import type { Reply } from "./reply.ts";
import type { Route } from "./route.ts";

/** A family of routes with one way to sign in and one way to say no. */
export interface Area {
  /** Put before every template: `/api/v3`. */
  readonly base: string;
  readonly routes: readonly Route[];
  readonly authenticate: (site: Site, headers: Headers) => Promise<Actor>;
  readonly refuse: (error: HttpError) => Reply;
  /** The API's answers carry its headers and count against its limits; pages are for people. */
  readonly kind: "rest" | "graphql" | "git" | "pages";
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
  if (!route.countsItself) site.counts.request(visit.route);
  let actor: Actor = { kind: "anonymous" };
  let reply: Reply;
  try {
    actor = await area.authenticate(site, visit.headers);
    const call = { ...visit, actor };
    reply = await befall({ area, route, call }, (seen) => handle(area, route, { ...call, site: seen }));
  } catch (error) {
    const refusal = toHttpError(site, visit, error);
    reply = area.refuse(refusal);
    // The rest of an over-long body is still on its way, so the connection cannot be used again.
    if (refusal.status === 413) reply = { ...reply, headers: { ...reply.headers, connection: "close" } };
  }
  return isApi(area) ? { ...reply, headers: { ...apiHeaders(area, visit, actor), ...reply.headers } } : reply;
}

async function handle(area: Area, route: Route, call: Call): Promise<Reply> {
  const reply = await route.handler(call);
  if (route.creates && reply.status < 300) call.site.counts.creation(call.route);
  return area.kind === "rest" ? conditional(call, reply) : reply;
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

function apiHeaders(area: Area, { headers, site }: Visit, actor: Actor): Record<string, string> {
  return {
    // The forge's own time, which may be ahead of the machine's.
    date: new Date(site.clock.now()).toUTCString(),
    "x-github-request-id": randomUUID(),
    "x-github-media-type": "github.v3; format=json",
    "x-github-api-version-selected": headers.get("x-github-api-version") ?? "2022-11-28",
    ...allowanceHeaders(site, callerOf(area, actor)),
  };
}
