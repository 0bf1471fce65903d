import { CoppiceError } from "../../core/errors.ts";
import type { Usage } from "../../core/plan/plan.ts";
import { noUsage } from "../../core/plan/plan.ts";
import { addUsage } from "../../core/plan/usage.ts";
import type { Model, ModelAnswer, ModelBlock, ModelMessage, ModelRequest, ModelTool } from "../../ports/model.ts";
import type { PlannerRefusal } from "../planner.ts";
import type { DeskOptions, LeftOver } from "./desk.ts";
import { openDesk } from "./desk.ts";
import { handInTools } from "./hand-in-tools.ts";
import { readTools } from "./read-tools.ts";

/** One turn of planning: what is asked, and what it may end with. */
export interface Turn extends DeskOptions {
  readonly system: string;
  readonly opening: readonly ModelBlock[];
  /** Default 10 minutes. */
  readonly milliseconds?: number;
}

/** What the turn left, or one line for the thread. Usage counts either way. */
export type Taken = ({ readonly kind: "ended"; readonly usage: Usage } & LeftOver) | PlannerRefusal;

/** The same in every request, whatever the turn is for: they come before everything else in the model's cache. */
const tools: readonly ModelTool[] = [...readTools, ...handInTools].map(({ definition }) => definition);

/** Answers of the model in one turn: each look may take one, and there is room to hand in and to correct. */
const maxAnswers = 16;

/** A whole plan with room for the model's own reasoning, tokens. */
const maxTokens = 32_000;

const tenMinutes = 600_000;

/** Asks, answers the model's tool calls and asks on, until it has handed in what the turn is for; a wrong answer is given back once. */
export async function takeTurn(model: Model, turn: Turn, signal: AbortSignal): Promise<Taken> {
  const limit = AbortSignal.timeout(turn.milliseconds ?? tenMinutes);
  const messages: ModelMessage[] = [{ role: "user", content: turn.opening }];
  const desk = openDesk(turn);
  let usage = noUsage;
  let told = false;
  const refused = (reason: string): PlannerRefusal => ({ kind: "refused", reason, usage });
  for (let answers = 0; answers < maxAnswers; answers++) {
    const answer = await ask(model, { system: turn.system, messages, tools, maxTokens }, { signal, limit });
    if (answer.kind === "refused") return refused(answer.reason);
    usage = addUsage(usage, answer.usage);
    if (answer.stop === "refusal") return refused(`the model ${model.name} declined to answer`);
    const seen = await desk.see(answer);
    if (seen.kind === "ended") return { ...seen, usage };
    if (seen.problem !== undefined && told) return refused(notEvenThen(model, seen.problem));
    told ||= seen.problem !== undefined;
    if (answer.content.length > 0) messages.push({ role: "assistant", content: answer.content });
    messages.push({ role: "user", content: seen.reply });
  }
  return refused(`the model ${model.name} came to no end after ${maxAnswers} answers; ask for less at once`);
}

function notEvenThen({ name }: Model, problem: string): string {
  return `the model ${name} gave no valid answer, not even when told what was wrong: ${problem}`;
}

type Answered = { readonly kind: "answer" } & ModelAnswer;

/** A model that cannot be reached, will not have us or takes too long is something to tell, not to throw. */
async function ask(
  model: Model,
  request: ModelRequest,
  { signal, limit }: { readonly signal: AbortSignal; readonly limit: AbortSignal },
): Promise<Answered | { readonly kind: "refused"; readonly reason: string }> {
  try {
    return { kind: "answer", ...(await model.ask(request, AbortSignal.any([signal, limit]))) };
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) return { kind: "refused", reason: `the model ${model.name} took too long. ${meanwhile}` };
    if (!(error instanceof CoppiceError)) throw error;
    if (error.code === "model-unavailable") return { kind: "refused", reason: `${error.message}. ${meanwhile}` };
    if (error.code === "model-refused") return { kind: "refused", reason: error.message };
    throw error;
  }
}

const meanwhile = "Write the command again later; /add, /remove, /edit, /undo and /approve need no model";
