import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Usage } from "../../src/core/plan/plan.ts";
import { openAnthropicModel } from "../../src/models/anthropic.ts";
import { dollarsFor } from "../../src/models/prices.ts";
import type { ModelRequest } from "../../src/ports/model.ts";

type Reply = (
  response: ServerResponse,
  request: { body: Record<string, unknown>; headers: IncomingMessage["headers"] },
) => void;

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A host on loopback that answers each request with the next reply, the last one again and again. */
async function host(
  ...replies: Reply[]
): Promise<{ url: string; bodies: Record<string, unknown>[]; headers: IncomingMessage["headers"][]; times: number[] }> {
  const times: number[] = [];
  const bodies: Record<string, unknown>[] = [];
  const headers: IncomingMessage["headers"][] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      bodies.push(body);
      times.push(performance.now());
      headers.push(request.headers);
      replies[Math.min(bodies.length, replies.length) - 1]?.(response, { body, headers: request.headers });
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, headers, times };
}

const usage = { input_tokens: 100, output_tokens: 1, cache_read_input_tokens: 2_000, cache_creation_input_tokens: 300 };
const events = [
  {
    type: "message_start",
    message: {
      id: "m",
      type: "message",
      role: "assistant",
      model: "claude-opus-5-5",
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage,
    },
  },
  { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "sig" } },
  { type: "content_block_stop", index: 0 },
  { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "Hel" } },
  { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "lo" } },
  { type: "content_block_stop", index: 1 },
  { type: "content_block_start", index: 2, content_block: { type: "tool_use", id: "t1", name: "submit", input: {} } },
  { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: '{"a":' } },
  { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: "[1]}" } },
  { type: "content_block_stop", index: 2 },
  { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null }, usage: { output_tokens: 50 } },
  { type: "message_stop" },
];

function write(response: ServerResponse, count = events.length): void {
  if (!response.headersSent) response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of events.slice(0, count))
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

const whole: Reply = (response) => {
  write(response);
  response.end();
};

const fail =
  (status: number, type: string, message = "no"): Reply =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", "retry-after-ms": "5" });
    response.end(JSON.stringify({ type: "error", error: { type, message } }));
  };

const request: ModelRequest = {
  system: "You plan.",
  messages: [{ role: "user", content: [{ kind: "text", text: "Hi" }] }],
  tools: [{ name: "submit", description: "Submit.", schema: { type: "object", properties: {} } }],
  maxTokens: 1_000,
};
const never = new AbortController().signal;
const key = "sk-ant-canary-key";

function model(url: string, more: { timeout?: number; retries?: number } = {}) {
  return openAnthropicModel({ apiKey: key, baseUrl: url, model: "claude-opus-5-5", ...more });
}

describe("asking Claude", () => {
  test("streams text and gives blocks, stop and usage with what it cost", async () => {
    const { url, bodies, headers } = await host(whole);
    const heard: string[] = [];
    const answer = await model(url).ask({ ...request, onText: (text) => heard.push(text) }, never);
    expect(heard).toEqual(["Hel", "lo"]);
    expect(answer).toEqual({
      content: [
        { kind: "thinking", block: { type: "thinking", thinking: "", signature: "sig" } },
        { kind: "text", text: "Hello" },
        { kind: "tool-call", id: "t1", name: "submit", input: { a: [1] } },
      ],
      stop: "tool",
      usage: {
        inputTokens: 100,
        outputTokens: 50,
        cacheReadTokens: 2_000,
        cacheWriteTokens: 300,
        dollars: expect.closeTo(0.0033, 6),
      },
    });
    expect(headers[0]?.authorization).toBe(`Bearer ${key}`);
    expect(bodies[0]).toMatchObject({
      stream: true,
      max_tokens: 1_000,
      system: [{ type: "text", text: "You plan.", cache_control: { type: "ephemeral" } }],
      tools: [{ name: "submit", input_schema: { type: "object" } }],
    });
    expect(bodies[0]).not.toHaveProperty("tool_choice");
  });

  test("a conversation goes back as it came, thinking included, and is marked at its end", async () => {
    const { url, bodies } = await host(whole);
    const first = await model(url).ask(request, never);
    const result = { kind: "tool-result" as const, id: "t1", text: "bad", isError: true };
    await model(url).ask(
      {
        ...request,
        messages: [
          ...request.messages,
          { role: "assistant", content: first.content },
          { role: "user", content: [result] },
        ],
      },
      never,
    );
    expect(bodies[1]?.messages).toEqual([
      { role: "user", content: [{ type: "text", text: "Hi" }] },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "", signature: "sig" },
          { type: "text", text: "Hello" },
          { type: "tool_use", id: "t1", name: "submit", input: { a: [1] } },
        ],
      },
      {
        role: "user",
        content: [
          {
            type: "tool_result",
            tool_use_id: "t1",
            content: "bad",
            is_error: true,
            cache_control: { type: "ephemeral" },
          },
        ],
      },
    ]);
  });

  test("529, 429 and 500 are tried again", async () => {
    const { url, bodies } = await host(
      fail(529, "overloaded_error"),
      fail(429, "rate_limit_error"),
      fail(500, "api_error"),
      whole,
    );
    expect((await model(url).ask(request, never)).stop).toBe("tool");
    expect(bodies).toHaveLength(4);
  });

  test("a host's own pause is kept, and one that is too long is told instead", async () => {
    const busy =
      (pause: string): Reply =>
      (response) => {
        response.writeHead(429, { "content-type": "application/json", "retry-after": pause });
        response.end(JSON.stringify({ type: "error", error: { type: "rate_limit_error", message: "Too many" } }));
      };
    const { url, times } = await host(busy("1"), whole);
    expect((await model(url).ask(request, never)).stop).toBe("tool");
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(900);
    for (const pause of ["3600", new Date(Date.now() + 3_595_000).toUTCString()]) {
      const long = await host(busy(pause));
      await expect(model(long.url).ask(request, never)).rejects.toMatchObject({
        code: "model-unavailable",
        message: "the model claude-opus-5-5 cannot be reached now (429): Too many; it asks to wait 60 minutes",
        retryAfterSeconds: expect.closeTo(3_597, -1),
      });
      expect(long.times).toHaveLength(1);
    }
  });

  test("an answer that breaks off tells what it cost, as far as the host had said, each time it is asked for", async () => {
    const broken: Reply = (response) => {
      write(response, 6);
      response.end();
    };
    const { url } = await host(broken, whole);
    const wasted: Usage[] = [];
    const onBrokenOff = (usage: Usage) => wasted.push(usage);
    expect((await model(url).ask({ ...request, onBrokenOff }, never)).usage.outputTokens).toBe(50);
    expect(wasted).toMatchObject([{ inputTokens: 100, cacheReadTokens: 2_000, dollars: expect.any(Number) }]);
    const hanging = await host((response) => write(response, 6));
    const stopping = new AbortController();
    const onText = () => stopping.abort();
    const stopped = model(hanging.url).ask({ ...request, onText, onBrokenOff }, stopping.signal);
    await expect(stopped).rejects.toThrow();
    expect(wasted).toMatchObject([{ inputTokens: 100 }, { inputTokens: 100 }]);
  });

  test("at most four marks: system, the last two blocks that ask for one, the end where tools are", async () => {
    const { url, bodies } = await host(whole);
    const content = ["a", "b", "c", "d", "e"].map((text) => ({ kind: "text" as const, text, cached: true as const }));
    await model(url).ask(
      { ...request, messages: [{ role: "user", content: [...content, { kind: "text", text: "f" }] }] },
      never,
    );
    await model(url).ask({ ...request, tools: [] }, never);
    const marked = (body: Record<string, unknown> | undefined) =>
      [...JSON.stringify([body?.system, body?.messages]).matchAll(/"text":"([^"]*)","cache_control"/g)].map(
        ([, text]) => text,
      );
    expect(marked(bodies[0])).toEqual(["You plan.", "d", "e", "f"]);
    expect(marked(bodies[1])).toEqual(["You plan."]);
  });

  test("texts that say nothing are left out: the host takes none back", async () => {
    const blank: Reply = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const said = events.map((event) => JSON.stringify(event).replace(/"text":"(Hel|lo)"/, '"text":" "'));
      response.end(said.map((data) => `event: ${JSON.parse(data).type}\ndata: ${data}\n\n`).join(""));
    };
    const { url } = await host(blank);
    expect((await model(url).ask(request, never)).content.map(({ kind }) => kind)).toEqual(["thinking", "tool-call"]);
  });

  test("an overload that does not end is model-unavailable", async () => {
    const { url } = await host(fail(529, "overloaded_error", "Overloaded"));
    await expect(model(url, { retries: 1 }).ask(request, never)).rejects.toMatchObject({
      code: "model-unavailable",
      message: "the model claude-opus-5-5 cannot be reached now (529): Overloaded",
    });
  });

  test("a wrong key is told at once, without the key", async () => {
    const { url, bodies } = await host(fail(401, "authentication_error", `invalid x-api-key ${key}`));
    const error = await model(url)
      .ask(request, never)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: "model-refused",
      message: "the model's host refused the key (401): set a valid ANTHROPIC_API_KEY",
    });
    expect(bodies).toHaveLength(1);
  });

  test("a bad request is refused with the host's words and never the key", async () => {
    const { url } = await host(fail(400, "invalid_request_error", `your balance is too low ${key}`));
    await expect(model(url).ask(request, never)).rejects.toMatchObject({
      code: "model-refused",
      message: "the model's host refused the request (400): your balance is too low [key]",
    });
  });

  test("a stream cut in the middle is asked for once more", async () => {
    const cut: Reply = (response) => {
      write(response, 7);
      setTimeout(() => response.destroy(), 20);
    };
    const { url, bodies } = await host(cut, whole);
    expect((await model(url).ask(request, never)).stop).toBe("tool");
    expect(bodies).toHaveLength(2);
    const again = await host(cut);
    await expect(model(again.url).ask(request, never)).rejects.toMatchObject({ code: "model-unavailable" });
    expect(again.bodies).toHaveLength(2);
  });

  test("a stream that ends politely without its end is no answer", async () => {
    const short: Reply = (response) => {
      write(response, 8);
      response.end();
    };
    const { url } = await host(short);
    await expect(model(url).ask(request, never)).rejects.toMatchObject({ code: "model-unavailable" });
  });

  test("an error in the middle of the stream is asked for once more", async () => {
    const broken: Reply = (response) => {
      write(response, 5);
      response.end(
        `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`,
      );
    };
    const { url, bodies } = await host(broken, whole);
    expect((await model(url).ask(request, never)).stop).toBe("tool");
    expect(bodies).toHaveLength(2);
  });

  test("silence is given up, before the answer and in the middle of it", async () => {
    const silent: Reply = () => undefined;
    const stalled: Reply = (response) => write(response, 6);
    for (const reply of [silent, stalled]) {
      const { url } = await host(reply);
      await expect(model(url, { timeout: 150, retries: 0 }).ask(request, never)).rejects.toMatchObject({
        code: "model-unavailable",
      });
    }
  });

  test("pings are no part of the answer", async () => {
    const pinging: Reply = (response) => {
      write(response, 6);
      response.write('event: ping\ndata: {"type":"ping"}\n\n');
      for (const event of events.slice(6)) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      response.end();
    };
    const { url } = await host(pinging);
    expect((await model(url, { retries: 0 }).ask(request, never)).stop).toBe("tool");
  });

  test("an abort ends it with the reason given", async () => {
    const { url } = await host((response) => write(response, 6));
    const controller = new AbortController();
    const reason = new Error("enough");
    const asked = model(url).ask({ ...request, onText: () => controller.abort(reason) }, controller.signal);
    await expect(asked).rejects.toBe(reason);
  });

  test("a host that is not there is model-unavailable", async () => {
    await expect(model("http://127.0.0.1:1", { retries: 0 }).ask(request, never)).rejects.toMatchObject({
      code: "model-unavailable",
    });
  });
});

test("prices hold for dated names and are not invented for others", () => {
  const tokens = { inputTokens: 1_000_000, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  expect(dollarsFor("claude-haiku-4-5-20251001", tokens)).toBe(1);
  expect(dollarsFor("rehearsal", tokens)).toBeUndefined();
});
