import { generateKeyPairSync, randomUUID } from "node:crypto";
import { sign } from "@octokit/webhooks-methods";
import pino from "pino";
import { onTestFinished } from "vitest";
import { type FrontTiming, startFront } from "../../../src/app/front.ts";
import { startProbot } from "../../../src/app/webhook/probot.ts";
import { createWebhookListener } from "../../../src/app/webhook/webhook.ts";
import type { Work } from "../../../src/app/work.ts";

export const secret = "the webhook's secret";
export const hookPath = "/api/github/webhooks";

/** The front with the real Probot behind it; what its handlers ask for and every log line are kept. */
export async function startTestFront(timing?: FrontTiming) {
  const work: Work[] = [];
  const door = { isClosed: false };
  const queue = { isBroken: false };
  const lines: string[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  const receive = await startProbot({
    appId: 1,
    privateKey,
    webhookSecret: secret,
    apiUrl: "http://127.0.0.1:9",
    enqueue: (item) => {
      if (queue.isBroken) throw new Error("out of order");
      work.push(item);
    },
  });
  const front = await startFront({
    host: "127.0.0.1",
    port: 0,
    webhookPath: hookPath,
    webhook: createWebhookListener({ secret, receive, log, isStopping: () => door.isClosed }),
    fetch: () => new Response("the rest"),
    upgrade: (_request, socket) => void socket.destroy(),
    log,
    timing,
  });
  onTestFinished(() => front.stop());
  const port = Number(new URL(front.url).port);
  return { url: front.url, hook: `${front.url}${hookPath}`, port, work, lines, door, queue };
}

/** Made once: it takes longer than most of these tests. */
const privateKey = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "pkcs1", format: "pem" },
}).privateKey;

/** The headers GitHub sends with a payload. */
export async function deliveryHeaders(event: string, body: string, id: string = randomUUID()) {
  return {
    "content-type": "application/json",
    "x-github-event": event,
    "x-github-delivery": id,
    "x-hub-signature-256": await sign(secret, body),
  };
}

export const octo = { name: "hello", owner: { login: "octo" } };
