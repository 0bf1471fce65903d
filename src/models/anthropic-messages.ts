import type Anthropic from "@anthropic-ai/sdk";
import type { Usage } from "../core/plan/plan.ts";
import type { ModelAnswer, ModelBlock, ModelRequest, ModelTool } from "../ports/model.ts";
import { BrokenStream } from "./anthropic-errors.ts";
import { dollarsFor } from "./prices.ts";

const mark = { type: "ephemeral" } as const;

/** The API takes four marks: the system text has one, a conversation's end one, blocks that ask for it the others. */
const maxAskedFor = 2;

/**
 * A request as the Messages API wants it. Tools and system text come first and are marked for caching; a conversation that
 * may go on, because there are tools, is marked at its end too. A tool is never forced: models that always think answer
 * that with 400.
 */
export function toParameters(model: string, request: ModelRequest): Anthropic.MessageStreamParams {
  const marked = blocksToMark(request);
  return {
    model,
    max_tokens: request.maxTokens,
    system: [{ type: "text", text: request.system, cache_control: mark }],
    messages: request.messages.map(({ role, content }) => ({
      role,
      content: content.map((block) => toMarkedBlock(block, marked.has(block))),
    })),
    ...(request.tools.length === 0 ? {} : { tools: request.tools.map(toTool) }),
  };
}

/** Throws BrokenStream for a message that has no end. */
export function toAnswer(model: string, message: Anthropic.Message): ModelAnswer {
  if (message.stop_reason === null) throw new BrokenStream("the answer broke off");
  return {
    // An empty text cannot be sent back.
    content: message.content.map(fromBlock).filter((block) => block.kind !== "text" || block.text.trim() !== ""),
    stop: stopOf(message.stop_reason),
    usage: toUsage(model, message.usage),
  };
}

/** The last of those that ask for it, and the end where something may follow. */
function blocksToMark({ messages, tools }: ModelRequest): ReadonlySet<ModelBlock | undefined> {
  const asking = messages.flatMap(({ content }) => content.filter((block) => block.kind === "text" && block.cached));
  const end = tools.length > 0 ? messages.at(-1)?.content.at(-1) : undefined;
  return new Set([...asking.slice(-maxAskedFor), end]);
}

/** Only these can carry the mark; a conversation of ours ends with one of them. */
function toMarkedBlock(block: ModelBlock, marked: boolean): Anthropic.ContentBlockParam {
  const plain = toBlock(block);
  return marked && (plain.type === "text" || plain.type === "tool_result") ? { ...plain, cache_control: mark } : plain;
}

function toBlock(block: ModelBlock): Anthropic.ContentBlockParam {
  switch (block.kind) {
    case "text":
      return { type: "text", text: block.text };
    case "tool-call":
      return { type: "tool_use", id: block.id, name: block.name, input: block.input };
    case "tool-result":
      return { type: "tool_result", tool_use_id: block.id, content: block.text, is_error: block.isError };
    case "thinking":
      // It came from this very API and goes back as it came.
      return block.block as Anthropic.ContentBlockParam;
  }
}

function fromBlock(block: Anthropic.ContentBlock): ModelBlock {
  if (block.type === "text") return { kind: "text", text: block.text };
  if (block.type === "tool_use") return { kind: "tool-call", id: block.id, name: block.name, input: block.input };
  return { kind: "thinking", block };
}

function toTool({ name, description, schema }: ModelTool): Anthropic.Tool {
  return { name, description, input_schema: { ...schema, type: "object" } };
}

function stopOf(reason: NonNullable<Anthropic.Message["stop_reason"]>): ModelAnswer["stop"] {
  switch (reason) {
    case "tool_use":
      return "tool";
    case "max_tokens":
    case "model_context_window_exceeded":
      return "length";
    case "refusal":
      return "refusal";
    default:
      return "end";
  }
}

/** What the host counted, with its price where that is known. */
export function toUsage(model: string, usage: Anthropic.Usage): Usage {
  const tokens = {
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    cacheReadTokens: usage.cache_read_input_tokens ?? 0,
    cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
  };
  const dollars = dollarsFor(model, tokens);
  return dollars === undefined ? tokens : { ...tokens, dollars };
}
