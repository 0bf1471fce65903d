import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Random } from "../random.ts";

/** In every payload, so that it can be looked for in logs. */
export const canary = "the-canary-word";

/** What somebody without the secret sends, and what they get; both as text. */
export interface Attack {
  readonly name: string;
  readonly head: readonly string[];
  /** Sent again and again until the other side closes or so many bytes are gone; empty: only the head. */
  readonly body: Buffer | string;
  readonly bytes: number;
  /** What the answer must begin with; 503 where too many bodies are read already. Whoever still sends when the connection is closed may never read it. */
  readonly answer: RegExp;
}

const mebibyte = 2 ** 20;
const hook = "POST /api/github/webhooks HTTP/1.1";
const named = ["content-type: application/json", "x-github-event: push", "x-github-delivery: d1"];
const wrong = `x-hub-signature-256: sha256=${"0".repeat(64)}`;
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const endless = chunk(canary.repeat(4_096));
const bomb = gzipSync(Buffer.alloc(64 * mebibyte, canary));

export const attacks: readonly Attack[] = [
  {
    name: "an endless body without a signature",
    head: [hook, ...named, "transfer-encoding: chunked"],
    ...{ body: endless, bytes: 600 * mebibyte, answer: /^(HTTP\/1.1 (401|503) |$)/ },
  },
  {
    name: "an endless body with a wrong signature",
    head: [hook, ...named, wrong, "transfer-encoding: chunked"],
    ...{ body: endless, bytes: 600 * mebibyte, answer: /^(HTTP\/1.1 (413|503) |$)/ },
  },
  {
    name: "a body that says it is large",
    head: [hook, ...named, wrong, `content-length: ${600 * mebibyte}`],
    ...{ body: canary.repeat(4_096), bytes: 600 * mebibyte, answer: /^(HTTP\/1.1 (413|503) |$)/ },
  },
  {
    name: "a compressed bomb",
    head: [hook, ...named, wrong, "content-encoding: gzip", `content-length: ${bomb.length}`],
    ...{ body: bomb, bytes: bomb.length, answer: /^(HTTP\/1.1 (415|401) |$)/ },
  },
  {
    name: "a large body with a wrong signature",
    head: [hook, ...named, wrong, `content-length: ${20 * mebibyte}`],
    ...{ body: Buffer.alloc(mebibyte, canary), bytes: 20 * mebibyte, answer: /^(HTTP\/1.1 (401|503) |$)/ },
  },
  {
    name: "headers without end",
    head: [hook, ...named],
    ...{ body: `x-more: ${canary.repeat(100)}\r\n`, bytes: 20 * mebibyte, answer: /^(HTTP\/1.1 431 |$)/ },
  },
  {
    name: "an endless body for the API",
    head: ["POST /api/workers HTTP/1.1", "content-type: application/json", "transfer-encoding: chunked"],
    ...{ body: endless, bytes: 600 * mebibyte, answer: /^(HTTP\/1.1 4\d\d |$)/ },
  },
  {
    name: "a worker without a token",
    head: [
      "GET /worker HTTP/1.1",
      ...["connection: Upgrade", "upgrade: websocket", "sec-websocket-version: 13"],
      "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    ],
    ...{ body: "", bytes: 0, answer: /^HTTP\/1.1 401 / },
  },
];

/** Sends it; gives what was answered and how many bytes were taken. */
export async function send(port: number, { head, body, bytes }: Attack): Promise<{ text: string; sent: number }> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  let sent = 0;
  const answered = new Promise((resolve) =>
    socket.on("data", (data) => {
      text += data;
      resolve(undefined);
    }),
  );
  socket.on("error", () => undefined);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const isUnended = head.length <= 4 && body !== "" && !head.some((line) => /^(transfer|content-length)/.test(line));
  socket.write(`${[head[0], "host: hook", ...head.slice(1)].join("\r\n")}\r\n${isUnended ? "" : "\r\n"}`);
  while (!socket.destroyed && body.length > 0 && sent < bytes && text === "") {
    sent += body.length;
    if (socket.write(body)) await new Promise((wake) => setImmediate(wake));
    else await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), closed]);
  }
  const patience = sleep(5_000, undefined, { ref: false });
  await Promise.race([answered, closed, patience]);
  socket.destroy();
  return { text, sent };
}

/** Connections that say a little now and then and never enough; gives a way to end them. */
export async function openSlowly(port: number, count: number, random: Random): Promise<() => number> {
  let closed = 0;
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.on("close", () => {
      closed += 1;
    });
    socket.resume();
    socket.write(`${hook}\r\nhost: hook\r\n`);
    if (random.chance(0.5)) socket.write(`${named.join("\r\n")}\r\n${wrong}\r\ncontent-length: 1000\r\n\r\n{`);
    return socket;
  });
  const drip = setInterval(() => {
    for (const socket of sockets) if (!socket.destroyed) socket.write("x");
  }, 200);
  return () => {
    clearInterval(drip);
    for (const socket of sockets) socket.destroy();
    return closed;
  };
}
