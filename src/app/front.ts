import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { CoppiceError } from "../core/errors.ts";
import type { Log } from "../ports/log.ts";
import type { WebhookListener } from "./webhook/webhook.ts";

/** Probot's own default path. */
export const defaultWebhookPath = "/api/github/webhooks";

export interface FrontTiming {
  /** Time for a request's headers, milliseconds. */
  readonly headers: number;
  /** Time for a whole request, body included, milliseconds. */
  readonly request: number;
}

/** GitHub itself gives up after 10 s. */
const defaultTiming: FrontTiming = { headers: 10_000, request: 30_000 };

/** Open connections at most; a worker's WebSocket is one of them. */
const maxConnections = 2_000;

export interface FrontOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly webhookPath: string;
  readonly webhook: WebhookListener;
  /** Everything that is no webhook. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly log: Log;
  readonly timing?: FrontTiming;
}

/** The one port: webhooks, the API and the workers' WebSockets. */
export interface Front {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts to listen. Throws CoppiceError bad-input when the port cannot be had. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const timing = options.timing ?? defaultTiming;
  const server = createServer({
    headersTimeout: timing.headers,
    requestTimeout: timing.request,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: Math.min(1_000, timing.headers / 2),
  });
  server.maxConnections = maxConnections;
  server.on("request", createListener(options));
  server.on("upgrade", options.upgrade);
  await listen(server, options);
  return { url: urlOf(server, options.host), stop: () => stop(server) };
}

function createListener(options: FrontOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const rest = getRequestListener(options.fetch, { overrideGlobalObjects: false });
  return (request, response) => {
    const isWebhook = (request.url ?? "/").split("?", 1)[0] === options.webhookPath;
    const answered: Promise<void> = isWebhook ? options.webhook(request, response) : rest(request, response);
    answered.catch((error) => {
      options.log.error({ error: String(error) }, "A request failed");
      if (!response.headersSent) response.writeHead(500).end();
      else response.destroy();
    });
  };
}

function listen(server: Server, { host, port, log }: FrontOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? "is in use; choose another" : `cannot be listened on: ${cause.message}`;
      reject(new CoppiceError("bad-input", `port ${port} on ${host} ${why}`, { cause }));
    });
    server.listen({ host, port }, () => {
      server.removeAllListeners("error");
      server.on("error", (error) => log.error({ error: error.message }, "The server failed"));
      resolve();
    });
  });
}

function urlOf(server: Server, host: string): string {
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

/** Requests under way get two seconds. */
async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const patience = setTimeout(() => server.closeAllConnections(), 2_000);
  await closed;
  clearTimeout(patience);
}
