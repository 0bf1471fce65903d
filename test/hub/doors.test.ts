import { request } from "node:http";
import { expect, test } from "vitest";
import { operatorToken, startHost } from "./support/host.ts";

/** Every address that is no webhook's, and what it answers to whoever may ask. */
const doors: readonly (readonly [method: string, path: string, answer: number])[] = [
  ["GET", "/api/workers", 200],
  ["POST", "/api/workers", 400],
  ["GET", "/api/runs", 200],
  ["GET", "/api/runs/r1/log", 404],
  ["GET", "/api/runs/..%2F..%2Fworkers.json/log", 404],
  ["GET", "/api/plans", 200],
  ["GET", "/api/plans/octo/hello/1/explain", 404],
  ["GET", "/api/usage", 200],
  ["HEAD", "/api/events", 200],
  ["GET", "/api", 404],
  ["GET", "/%61pi/workers", 200],
  ["OPTIONS", "/api/workers", 404],
  ["GET", "/metrics", 200],
];

/** Not from this machine, as far as the hub can tell: nothing is open to whoever is merely near. */
const afar = { "x-forwarded-for": "203.0.113.7" };

test("each address is closed to strangers, to workers and to tokens that were replaced", async () => {
  const host = await startHost();
  const ask = asker(host.front.url);
  const replaced = await host.hub.enrol("worker-1");
  const worker = await host.hub.enrol("worker-1");
  const refused = { none: undefined, empty: "Bearer ", person: "Bearer ghp_abc", worker: `Bearer ${worker}` };
  const more = { replaced: `Bearer ${replaced}`, basic: `Basic ${operatorToken}`, longer: `Bearer ${operatorToken}x` };
  for (const [method, path, answer] of doors) {
    for (const [who, authorization] of Object.entries({ ...refused, ...more })) {
      expect(await ask(method, path, { ...afar, authorization }), `${method} ${path} by ${who}`).toBe(401);
    }
    const authorization = `Bearer ${operatorToken}`;
    expect(await ask(method, path, { ...afar, authorization }), `${method} ${path}`).toBe(answer);
  }
});

test("a browser on this machine reads no numbers for a site whose name was made to resolve here", async () => {
  const { front } = await startHost();
  const ask = asker(front.url);
  for (const host of ["evil.example", "127.0.0.1.evil.example:80", "localhost.evil.example"]) {
    expect(await ask("GET", "/metrics", { host }), host).toBe(401);
  }
  for (const host of ["localhost:3000", "127.0.0.1", "[::1]:3000"]) {
    expect(await ask("GET", "/metrics", { host }), host).toBe(200);
  }
});

/** Asks with any headers, also those that `fetch` lets nobody choose; gives the status. */
function asker(url: string) {
  const { port } = new URL(url);
  return (method: string, path: string, headers: Record<string, string | undefined>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
      const asked = request({ host: "127.0.0.1", port, method, path, headers: given }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.on("error", reject).end();
    });
}
