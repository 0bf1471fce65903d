import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** What happens to one request: passed on, dropped before it arrives, or done but its answer lost. */
export type Fate = "pass" | "drop" | "lose";

export interface LosingProxy {
  readonly url: string;
  /** Decides from now on; called once per request. */
  fate: (request: { method: string; path: string }) => Fate;
  /** How many requests met each fate. */
  readonly met: Record<Fate, number>;
  close(): Promise<void>;
}

/** A proxy on loopback that loses requests and answers by resetting connections, before or after they took effect. */
export async function startLosingProxy(target: string): Promise<LosingProxy> {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const { method = "GET", url: path = "/" } = incoming;
    const fate = proxy.fate({ method, path });
    proxy.met[fate] += 1;
    if (fate === "drop") return void incoming.socket.resetAndDestroy();
    passOn({ incoming, outgoing, hostname, port }, fate);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as AddressInfo;
  const proxy: LosingProxy = {
    url: `http://127.0.0.1:${own}`,
    fate: () => "pass",
    met: { pass: 0, drop: 0, lose: 0 },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}

function passOn(
  {
    incoming,
    outgoing,
    hostname,
    port,
  }: { incoming: IncomingMessage; outgoing: ServerResponse; hostname: string; port: string },
  fate: Fate,
): void {
  const { method, url, headers } = incoming;
  const onward = request({ hostname, port, method, path: url, headers }, (answer) => {
    if (fate === "pass") {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      return;
    }
    // The answer is complete, so the effect has happened; nobody hears of it.
    answer.resume().on("end", () => incoming.socket.resetAndDestroy());
  });
  onward.on("error", () => incoming.socket.destroy());
  incoming.pipe(onward);
}
