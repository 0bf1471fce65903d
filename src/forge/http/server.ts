import type { Server } from "node:http";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import type { Site } from "../site.ts";
import { HttpError } from "./errors.ts";
import { type Area, pass, unknownRoute, type Visit } from "./gate.ts";
import type { Reply } from "./reply.ts";
import { pattern, type Route } from "./route.ts";

type Environment = { Bindings: HttpBindings };

// GitHub's own cap on what an API call may carry. Bytes.
const bodyLimit = 40 * 1024 * 1024;

// Time for a request's headers: who sends them drop by drop holds a connection no longer. Milliseconds.
const headersTimeout = 10_000;

/** The HTTP server over all areas; earlier areas win where two could answer. */
export function httpServer(site: () => Site, areas: readonly Area[]): Server {
  const app = new Hono<Environment>();
  for (const area of areas) {
    for (const { route, path } of inOrder(area)) {
      app.on(route.method, path, async (c) => respond(await pass(area, route, visit(site(), c, route))));
    }
  }
  app.notFound((c) => {
    const path = new URL(c.req.url).pathname;
    const area = areas.find(({ base }) => base !== "" && path.startsWith(`${base}/`)) ?? areas.at(-1);
    const error = unknownRoute(site(), c.req.method, path);
    return respond(area === undefined ? { status: 404, body: null } : area.refuse(error));
  });
  const serverOptions = { headersTimeout, connectionsCheckingInterval: 1_000 };
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false, serverOptions });
  if (!("closeAllConnections" in server)) throw new Error("the server must speak HTTP/1");
  return server;
}

// A pattern that takes slashes would swallow longer routes, so such patterns go last.
function inOrder(area: Area): { route: Route; path: string }[] {
  const rows = area.routes.map((route) => ({ route, ...pattern(route.template) }));
  return [...rows.filter((row) => !row.greedy), ...rows.filter((row) => row.greedy)].map(({ route, path }) => ({
    route,
    path: area.base + path,
  }));
}

function visit(site: Site, c: Context<Environment>, route: Route): Visit {
  let text: Promise<string> | undefined;
  return {
    site,
    method: c.req.method,
    url: new URL(c.req.url),
    route: `${route.method} ${route.template}`,
    headers: c.req.raw.headers,
    parameter: (name) => c.req.param(name) ?? "",
    query: (name) => c.req.query(name),
    text: () => {
      text ??= limitedText(c.req.raw);
      return text;
    },
    incoming: c.env.incoming,
    outgoing: c.env.outgoing,
  };
}

async function limitedText(request: Request): Promise<string> {
  if (request.body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > bodyLimit) throw new HttpError(413, "Payload too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function respond(reply: Reply): Response {
  if (reply.sent) return RESPONSE_ALREADY_SENT;
  return new Response(reply.body, { status: reply.status, headers: reply.headers });
}
