import { z } from "zod";

const textBlock = z.object({ type: z.literal("text"), text: z.string() });
const otherBlock = z.object({ type: z.string() });
const content = z.union([
  z.string().transform((text) => [{ type: "text", text }]),
  z.array(z.union([textBlock, otherBlock])),
]);

/** What the rehearsal reads of a Messages request. */
const messagesRequest = z.object({
  model: z.string(),
  max_tokens: z.number().int().positive(),
  stream: z.boolean().optional(),
  system: z.unknown().optional(),
  messages: z.array(z.object({ role: z.enum(["user", "assistant"]), content })).min(1),
  tools: z.array(z.object({ name: z.string() })).optional(),
});

export interface RehearsalRequest {
  readonly stream: boolean;
  readonly tools: readonly string[];
  /** Everything said by the user in the first message: the task, or the goal. */
  readonly opening: string;
  /** The last of it: a planner says there what this turn is for. */
  readonly last: string;
  /** How many answers the model has given in this conversation. */
  readonly turn: number;
  /** Tokens, estimated as characters / 4: a rehearsal has no tokenizer. */
  readonly inputTokens: number;
}

/** Undefined when the body is no Messages request. */
export function readRequest(body: unknown): RehearsalRequest | undefined {
  const parsed = messagesRequest.safeParse(body);
  if (!parsed.success) return undefined;
  const { messages, tools, stream } = parsed.data;
  const texts = (messages[0]?.content ?? []).map((block) => ("text" in block ? block.text : ""));
  return {
    stream: stream === true,
    tools: (tools ?? []).map((tool) => tool.name),
    opening: texts.join("\n"),
    last: texts.at(-1) ?? "",
    turn: messages.filter((message) => message.role === "assistant").length,
    inputTokens: Math.ceil(JSON.stringify(body).length / 4),
  };
}
