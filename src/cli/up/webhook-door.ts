import type { RequestListener } from "node:http";
import { request as send } from "node:http";

/** Time until the app answers a webhook that came in through the pages' port, milliseconds. */
const timeout = 10_000;

/** Hands a request on to the app's own front as it is, bytes and all; the app judges it. */
export function passTo(appUrl: () => string | undefined, path: string): RequestListener {
  return (incoming, outgoing) => {
    const target = appUrl();
    if (target === undefined) return void outgoing.writeHead(503).end();
    const passed = send(
      new URL(path, target),
      { method: incoming.method, headers: incoming.headers, timeout },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passed.on("timeout", () => passed.destroy());
    passed.on("error", () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
    incoming.pipe(passed);
  };
}
