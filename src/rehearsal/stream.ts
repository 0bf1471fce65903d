/** One block of a scripted answer, as the Messages API names them. */
export type AnswerBlock =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; readonly input: unknown };

export interface ScriptedAnswer {
  readonly content: readonly AnswerBlock[];
  readonly stopReason: "end_turn" | "tool_use";
}

export interface MessageUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

/** The whole message, for callers that did not ask for a stream. */
export function wholeMessage(id: string, answer: ScriptedAnswer, usage: MessageUsage): object {
  return { ...shell(id), content: answer.content, stop_reason: answer.stopReason, stop_sequence: null, usage };
}

/** The same message as the Messages API streams it: server-sent events, text and tool input in small pieces. */
export function* streamedMessage(id: string, answer: ScriptedAnswer, usage: MessageUsage): Generator<string> {
  const started = { ...shell(id), content: [], stop_reason: null, stop_sequence: null };
  yield event({ type: "message_start", message: { ...started, usage: { ...usage, output_tokens: 1 } } });
  for (const [index, block] of answer.content.entries()) yield* streamedBlock(index, block);
  yield event({
    type: "message_delta",
    delta: { stop_reason: answer.stopReason, stop_sequence: null },
    usage: { output_tokens: usage.output_tokens },
  });
  yield event({ type: "message_stop" });
}

function* streamedBlock(index: number, block: AnswerBlock): Generator<string> {
  const empty = block.type === "text" ? { type: "text", text: "" } : { ...block, input: {} };
  yield event({ type: "content_block_start", index, content_block: empty });
  const whole = block.type === "text" ? block.text : JSON.stringify(block.input);
  for (let start = 0; start < whole.length; start += 400) {
    const piece = whole.slice(start, start + 400);
    const delta =
      block.type === "text" ? { type: "text_delta", text: piece } : { type: "input_json_delta", partial_json: piece };
    yield event({ type: "content_block_delta", index, delta });
  }
  yield event({ type: "content_block_stop", index });
}

function shell(id: string): object {
  return { id, type: "message", role: "assistant", model: "rehearsal" };
}

function event(data: Readonly<Record<string, unknown>> & { readonly type: string }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
