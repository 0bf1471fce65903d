import type { Server } from "node:http";

/**
 * A server on loopback answers only under loopback names: another site whose name was made to resolve here
 * (DNS rebinding) would otherwise read, through a visitor's browser, what everybody on this machine may read.
 * Comes in front of every listener the server has by then.
 */
export function refuseOtherHosts(server: Server): void {
  const own = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    if (!isLoopback(request.headers.host)) {
      response.writeHead(421, { "content-type": "text/plain", connection: "close" });
      return void response.end("This forge answers as localhost or 127.0.0.1 only.\n");
    }
    for (const listener of own) listener.call(server, request, response);
  });
}

/** Whether a `Host` header, or an address to listen on, means this machine; no header is no browser. */
export function isLoopback(host: string | undefined): boolean {
  if (host === undefined) return true;
  const name = host.replace(/(?<=[^:]):\d+$/, "").toLowerCase();
  return /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\]|::1)$/.test(name);
}
