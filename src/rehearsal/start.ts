import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type RehearsalRequest, readRequest } from "./request.ts";
import { answerTo } from "./script.ts";
import { type ScriptedAnswer, streamedMessage, wholeMessage } from "./stream.ts";

export interface Rehearsal {
  /** What ANTHROPIC_BASE_URL would be set to. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Largest request body read, bytes. */
const maxBody = 8 * 1024 * 1024;

/**
 * A loopback server that speaks the Messages API and plays a script: no model thinks here, and whoever shows its
 * answers must say so. `pause` is the time in milliseconds it takes before each answer, so that people can follow.
 */
export async function startRehearsal(options: { pause?: number } = {}): Promise<Rehearsal> {
  const server = createServer((request, response) => {
    serve(request, response, options.pause ?? 0).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, pause: number): Promise<void> {
  if (request.method !== "POST" || request.url?.split("?")[0] !== "/v1/messages") {
    return refuse(response, 404, "not_found_error", "the rehearsal only answers POST /v1/messages");
  }
  const asked = readRequest(await readJson(request));
  if (asked === undefined) return refuse(response, 400, "invalid_request_error", "not a Messages request");
  await sleep(pause);
  const answer = await answerTo(asked);
  return asked.stream ? sendStream(response, asked, answer) : sendWhole(response, asked, answer);
}

function sendStream(response: ServerResponse, asked: RehearsalRequest, answer: ScriptedAnswer): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  for (const piece of streamedMessage(messageId(), answer, usageOf(asked, answer))) response.write(piece);
  response.end();
}

function sendWhole(response: ServerResponse, asked: RehearsalRequest, answer: ScriptedAnswer): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(wholeMessage(messageId(), answer, usageOf(asked, answer))));
}

function usageOf(asked: RehearsalRequest, answer: ScriptedAnswer): { input_tokens: number; output_tokens: number } {
  return { input_tokens: asked.inputTokens, output_tokens: Math.ceil(JSON.stringify(answer.content).length / 4) };
}

function messageId(): string {
  return `msg_rehearsal_${randomUUID().slice(0, 8)}`;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > maxBody) return undefined;
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString("utf8"));
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ type: "error", error: { type, message } }));
}
