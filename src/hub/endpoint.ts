import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { WebSocketServer } from "ws";
import { maxFrameBytes } from "../wire/frames/frames.ts";
import { policyViolation, serveConnection } from "./connection.ts";
import type { HubState } from "./state.ts";
import type { WorkerTokens } from "./worker-tokens.ts";

/** Where workers connect, on the port the rest is served on. */
export const workerPath = "/worker";

/** The WebSocket side of the hub: give it the http server's `upgrade` events. */
export interface WorkerEndpoint {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ping every connection; a live one answers by itself. */
  ping(): void;
  /** Closes what came in with a token that is worth nothing any more. */
  dismiss(name: string): void;
  /** Closes every connection with 1001, and ends those that do not answer within a second. */
  stop(): Promise<void>;
}

export function createWorkerEndpoint(state: HubState, tokens: WorkerTokens): WorkerEndpoint {
  const server = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes, perMessageDeflate: false });
  const names = new WeakMap<WebSocket, string>();
  return {
    upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      // Not parsed as a URL: a stranger may write anything here, and not all of it parses.
      if (request.url?.split("?", 1)[0] !== workerPath) {
        return refuseUpgrade(socket, "404 Not Found", `WebSockets are served at ${workerPath} only`);
      }
      const name = tokens.workerOf(bearerToken(request.headers.authorization) ?? "");
      if (name === undefined) {
        return refuseUpgrade(
          socket,
          "401 Unauthorized",
          "Authorization: Bearer <worker token> is missing or not known here",
        );
      }
      server.handleUpgrade(request, socket, head, (connection) => {
        names.set(connection, name);
        serveConnection(state, connection, name);
      });
    },
    ping() {
      for (const connection of server.clients) {
        if (connection.readyState === connection.OPEN) connection.ping();
      }
    },
    dismiss(name) {
      for (const connection of server.clients) {
        if (names.get(connection) === name) connection.close(policyViolation, "its token was replaced");
      }
    },
    async stop() {
      server.close();
      for (const connection of server.clients) connection.close(1001, "the hub is stopping");
      const deadline = Date.now() + 1_000;
      while (server.clients.size > 0 && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 20));
      for (const connection of server.clients) connection.terminate();
    },
  };
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(header ?? "")?.[1];
}

function refuseUpgrade(socket: Duplex, status: string, line: string): void {
  const body = `${line}\n`;
  const challenge = status.startsWith("401") ? "WWW-Authenticate: Bearer\r\n" : "";
  const head = `HTTP/1.1 ${status}\r\n${challenge}Connection: close\r\nContent-Type: text/plain; charset=utf-8\r\n`;
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, () => socket.destroy());
}
