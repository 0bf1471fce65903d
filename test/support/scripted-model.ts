import type { ServerResponse } from "node:http";
import { createServer } from "node:http";
import { z } from "zod";

const block = z.looseObject({ type: z.string(), text: z.string().optional(), cache_control: z.unknown().optional() });

const messagesRequest = z.object({
  model: z.string(),
  stream: z.literal(true),
  system: z.array(block),
  messages: z.array(z.object({ role: z.enum(["user", "assistant"]), content: z.array(block) })).min(1),
  tools: z.array(z.object({ name: z.string(), description: z.string(), input_schema: z.unknown() })),
});

/** A request as it came, and what scripts ask of it. */
export interface ScriptedRequest extends z.infer<typeof messagesRequest> {
  /** The last text of the first message: what the turn is for. */
  readonly asked: string;
  /** How many answers this conversation has had. */
  readonly turn: number;
  /** What the latest tool calls were answered with, or the latest words. */
  readonly heard: readonly string[];
}

/** Words, or a tool call. */
export type ScriptedBlock = string | { readonly name: string; readonly input: unknown };

/** What the model says; a failure; or an answer that stops for another reason than its content gives. */
export type ScriptedAnswer =
  | readonly ScriptedBlock[]
  | { readonly status: number; readonly message?: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly stop: "refusal" | "max_tokens"; readonly content: readonly ScriptedBlock[] };

export interface ScriptedModel {
  /** What ANTHROPIC_BASE_URL is set to. */
  readonly url: string;
  /** Every request so far, in order. */
  readonly requests: readonly ScriptedRequest[];
  stop(): Promise<void>;
}

/** Tokens of every answer: ten in, five out. */
export const scriptedUsage = { input_tokens: 10, output_tokens: 5 };

/** The Messages API on loopback, streamed; `script` decides each answer from the request, the requests before it counted from 0. */
export async function startScriptedModel(
  script: (request: ScriptedRequest, index: number) => ScriptedAnswer | Promise<ScriptedAnswer>,
): Promise<ScriptedModel> {
  const requests: ScriptedRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece);
    const parsed = messagesRequest.safeParse(JSON.parse(Buffer.concat(pieces).toString() || "null"));
    if (incoming.url !== "/v1/messages" || !parsed.success) return fail(response, { status: 400, message: "not ours" });
    const request = { ...parsed.data, ...readingOf(parsed.data) };
    requests.push(request);
    give(response, await script(request, requests.length - 1), requests.length);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** All the text of a request in the order a model reads it: what a test searches for words that must be there, or must not. */
export function textOf({ system, messages }: Pick<ScriptedRequest, "system" | "messages">): string {
  const blocks = [...system, ...messages.flatMap(({ content }) => content)];
  return blocks.map((block) => block.text ?? (typeof block.content === "string" ? block.content : "")).join("\n\n");
}

function readingOf({ messages }: z.infer<typeof messagesRequest>): Pick<ScriptedRequest, "asked" | "turn" | "heard"> {
  const last = messages.at(-1)?.content ?? [];
  return {
    asked: messages[0]?.content.at(-1)?.text ?? "",
    turn: messages.filter(({ role }) => role === "assistant").length,
    heard: last.map((block) => block.text ?? (typeof block.content === "string" ? block.content : "")),
  };
}

function give(response: ServerResponse, answer: ScriptedAnswer, number: number): void {
  if ("status" in answer) {
    fail(response, answer);
    return;
  }
  const content = "stop" in answer ? answer.content : answer;
  const calls = content.some((block) => typeof block !== "string");
  const stop = "stop" in answer ? answer.stop : calls ? "tool_use" : "end_turn";
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (event: { readonly type: string; readonly [field: string]: unknown }): void => {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const message = { id: `m${number}`, type: "message", role: "assistant", model: "scripted", content: [] };
  const start = { ...message, stop_reason: null, usage: { ...scriptedUsage, output_tokens: 1 } };
  send({ type: "message_start", message: start });
  for (const [index, block] of content.entries()) {
    for (const event of eventsOf(block, `toolu_${number}_${index}`)) send({ ...event, index });
  }
  const end = { delta: { stop_reason: stop }, usage: { output_tokens: scriptedUsage.output_tokens } };
  send({ type: "message_delta", ...end });
  send({ type: "message_stop" });
  response.end();
}

function eventsOf(block: ScriptedBlock, id: string): readonly { readonly type: string }[] {
  const [empty, delta] =
    typeof block === "string"
      ? [
          { type: "text", text: "" },
          { type: "text_delta", text: block },
        ]
      : [
          { type: "tool_use", id, name: block.name, input: {} },
          { type: "input_json_delta", partial_json: JSON.stringify(block.input) },
        ];
  const start = { type: "content_block_start", content_block: empty };
  const piece = { type: "content_block_delta", delta };
  return [start, piece, { type: "content_block_stop" }];
}

function fail(
  response: ServerResponse,
  { status, message = "no", headers = {} }: Extract<ScriptedAnswer, { status: number }>,
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify({ type: "error", error: { type: "api_error", message } }));
}
