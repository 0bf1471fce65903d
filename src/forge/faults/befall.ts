import type { Actor } from "../access/actor.ts";
import { identity } from "../access/identity.ts";
import type { Call } from "../http/call.ts";
import type { Area } from "../http/gate.ts";
import type { Reply } from "../http/reply.ts";
import type { Route } from "../http/route.ts";
import type { Site } from "../site.ts";
import type { Caller } from "./closed-windows.ts";
import type { Asked } from "./fault.ts";
import { inflict } from "./inflict.ts";

/** Has the request served, unless a limit or a fault stands in its way. */
export async function befall(
  { area, route, call }: { area: Area; route: Route; call: Call },
  serve: (site: Site) => Promise<Reply>,
): Promise<Reply> {
  const { site, actor } = call;
  if (!site.faults.isActive || area.kind === "pages") return serve(site);
  const asked = await ask(area, route, call);
  const fault = site.faults.request(asked, site.clock.now());
  let status: number | undefined;
  const serveAndNote = async (seen: Site): Promise<Reply> => {
    status = 500;
    const reply = await serve(seen);
    status = reply.status;
    return reply;
  };
  try {
    if (fault === undefined) return await serveAndNote(site);
    const victim = { area, visit: call, actor, resource: asked.resource, streams: route.streams };
    const reply = await inflict(fault, victim, serveAndNote);
    // What never reached its handler was asked for all the same.
    if (status === undefined && route.countsItself) site.counts.request(asked.name);
    return reply;
  } finally {
    site.faults.end(asked, { status: status ?? 500 });
  }
}

/** Whose allowance it is, and for which of the two APIs. */
export function callerOf({ kind }: Area, actor: Actor): Caller {
  return { identity: identity(actor), resource: kind === "graphql" ? "graphql" : "core" };
}

/** Whether the area is the API: git and pages have neither its headers nor its limits. */
export const isApi = ({ kind }: Area): boolean => kind === "rest" || kind === "graphql";

async function ask(area: Area, route: Route, call: Call): Promise<Asked> {
  const byRoute = { name: call.route, reads: route.method === "GET", contents: route.creates ? 1 : 0 };
  const said = (await route.ask?.(call)) ?? byRoute;
  // GitHub's points: 1 to read, 5 to write, in both APIs.
  const points = said.reads ? 1 : 5;
  return { ...said, ...callerOf(area, call.actor), points, isFree: route.isFree, isApi: isApi(area) };
}
