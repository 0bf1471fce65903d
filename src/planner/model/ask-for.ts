import type { z } from "zod";
import { CoppiceError } from "../../core/errors.ts";
import type { Usage } from "../../core/plan/plan.ts";
import { noUsage } from "../../core/plan/plan.ts";
import { addUsage } from "../../core/plan/usage.ts";
import type { Model, ModelAnswer, ModelBlock, ModelMessage, ModelTool } from "../../ports/model.ts";

/** A checked answer, or one line for the thread. Usage counts either way. */
export type Asked<T> =
  | { readonly kind: "answered"; readonly value: T; readonly usage: Usage }
  | { readonly kind: "refused"; readonly reason: string; readonly usage: Usage };

export interface Question<T> {
  readonly system: string;
  readonly text: string;
  readonly tool: ModelTool;
  readonly schema: z.ZodType<T>;
  /** What else is wrong with an answer of the right form; undefined when it is right. */
  readonly problem: (value: T) => string | undefined;
}

/** A whole plan with room for the model's own reasoning, tokens. */
const maxTokens = 32_000;

/** Asks for one call of one tool; an answer that is not right is given back once with what is wrong. */
export async function askFor<T>(model: Model, question: Question<T>, signal: AbortSignal): Promise<Asked<T>> {
  const messages: ModelMessage[] = [{ role: "user", content: [{ kind: "text", text: question.text }] }];
  const { system, tool } = question;
  let usage = noUsage;
  for (let repaired = false; ; repaired = true) {
    const answer = await ask(model, { system, messages, tools: [tool], mustCall: tool.name, maxTokens }, signal);
    if (answer.kind === "refused") return { ...answer, usage };
    usage = addUsage(usage, answer.usage);
    if (answer.stop === "refusal")
      return { kind: "refused", reason: `the model ${model.name} declined to answer`, usage };
    const read = readAnswer(answer, question);
    if (read.kind === "right") return { kind: "answered", value: read.value, usage };
    if (repaired)
      return {
        kind: "refused",
        reason: `the model ${model.name} gave no valid answer, not even when told what was wrong: ${read.problem}`,
        usage,
      };
    messages.push(
      { role: "assistant", content: answer.content },
      { role: "user", content: correction(answer, tool, read.problem) },
    );
  }
}

type Answered = { readonly kind: "answer" } & ModelAnswer;

/** A model that cannot be reached or will not have us is something to tell, not to throw. */
async function ask(
  model: Model,
  request: Parameters<Model["ask"]>[0],
  signal: AbortSignal,
): Promise<Answered | { readonly kind: "refused"; readonly reason: string }> {
  try {
    return { kind: "answer", ...(await model.ask(request, signal)) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CoppiceError && (error.code === "model-unavailable" || error.code === "model-refused")) {
      return { kind: "refused", reason: error.message };
    }
    throw error;
  }
}

function readAnswer<T>(
  answer: ModelAnswer,
  { tool, schema, problem }: Question<T>,
): { readonly kind: "right"; readonly value: T } | { readonly kind: "wrong"; readonly problem: string } {
  if (answer.stop === "length") return { kind: "wrong", problem: "the answer was cut off because it was too long" };
  const call = answer.content.find((block) => block.kind === "tool-call" && block.name === tool.name);
  if (call?.kind !== "tool-call") return { kind: "wrong", problem: `${tool.name} was not called` };
  const parsed = schema.safeParse(call.input);
  if (!parsed.success) {
    const problems = parsed.error.issues
      .slice(0, 10)
      .map(({ path, message }) => `${path.join(".") || "the input"}: ${message}`);
    return { kind: "wrong", problem: problems.join("; ") };
  }
  const wrong = problem(parsed.data);
  return wrong === undefined ? { kind: "right", value: parsed.data } : { kind: "wrong", problem: wrong };
}

/** Every call must be answered before the conversation may go on. */
function correction(answer: ModelAnswer, tool: ModelTool, problem: string): readonly ModelBlock[] {
  const text = `Not accepted: ${problem}. Call ${tool.name} again with the whole, corrected input.`;
  const results = answer.content.flatMap((block): ModelBlock[] =>
    block.kind === "tool-call" ? [{ kind: "tool-result", id: block.id, text, isError: true }] : [],
  );
  return results.length > 0 ? results : [{ kind: "text", text }];
}
