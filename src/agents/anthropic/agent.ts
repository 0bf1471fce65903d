import { readFile } from "node:fs/promises";
import { CoppiceError } from "../../core/errors.ts";
import type { Usage } from "../../core/plan/plan.ts";
import { noUsage } from "../../core/plan/plan.ts";
import type { Agent, AgentFailureKind, AgentOutcome, AgentRequest } from "../../ports/agent.ts";
import type { Model, ModelAnswer, ModelBlock, ModelMessage } from "../../ports/model.ts";
import type { Processes } from "../../ports/sandbox.ts";
import type { Tool, ToolContext } from "./tool.ts";
import { ToolMistake } from "./tool.ts";
import { editFileTool } from "./tools/edit-file.ts";
import { listDirectoryTool } from "./tools/list-directory.ts";
import { readFileTool } from "./tools/read-file.ts";
import { runCommandTool } from "./tools/run-command.ts";
import { searchTool } from "./tools/search.ts";
import { writeFileTool } from "./tools/write-file.ts";
import { addUsage, spent } from "./usage.ts";

export interface AnthropicOptions {
  readonly processes: Processes;
  /** Without a model the agent is not available. */
  readonly model?: Model;
  /** Turns of the conversation; default 100. */
  readonly maxTurns?: number;
  /** Tokens a task may spend; default 3 million. */
  readonly maxTokens?: number;
}

const tools: readonly Tool[] = [
  readFileTool,
  listDirectoryTool,
  searchTool,
  writeFileTool,
  editFileTool,
  runCommandTool,
];

/** Most tokens of one answer. */
const answerTokens = 16_000;

/** The Messages API in a loop with tools: the conversation runs here, only its commands run in the sandbox. */
export function createAnthropicAgent(options: AnthropicOptions): Agent {
  return {
    id: "anthropic",
    available: async () => options.model?.name,
    run: async (request, signal) => {
      if (!options.model) throw new CoppiceError("model-unavailable", "the anthropic agent needs ANTHROPIC_API_KEY");
      const clock = AbortSignal.timeout(request.timeoutMilliseconds);
      const session = new Session(options.model, request, AbortSignal.any([signal, clock]));
      try {
        return await converse(session, options);
      } catch (error) {
        if (signal.aborted) return session.fail("stopped", "the agent was stopped");
        if (clock.aborted) return session.fail("timed-out", "the agent's time is up");
        return { ...session.fail(...judge(error)), ...waitOf(error) };
      }
    },
  };
}

/** What a conversation carries from turn to turn. */
class Session {
  readonly model: Model;
  readonly request: AgentRequest;
  readonly signal: AbortSignal;
  readonly messages: ModelMessage[];
  #usage: Usage = noUsage;

  constructor(model: Model, request: AgentRequest, signal: AbortSignal) {
    this.model = model;
    this.request = request;
    this.signal = signal;
    this.messages = [{ role: "user", content: [{ kind: "text", text: request.brief }] }];
  }

  get usage(): Usage {
    return this.#usage;
  }

  spend(usage: Usage): void {
    this.#usage = addUsage(this.#usage, usage);
    this.request.onUsage?.(this.#usage);
  }

  fail(reason: AgentFailureKind, message: string): Extract<AgentOutcome, { kind: "failed" }> {
    return { kind: "failed", reason, message, usage: this.usage };
  }
}

async function converse(session: Session, options: AnthropicOptions): Promise<AgentOutcome> {
  const { maxTurns = 100, maxTokens = 3_000_000 } = options;
  const system = await readFile(new URL("./prompts/system.md", import.meta.url), "utf8");
  for (let turn = 0; turn < maxTurns; turn += 1) {
    const answer = await ask(session, system);
    session.spend(answer.usage);
    const calls = answer.content.filter((block) => block.kind === "tool-call");
    if (answer.stop === "refusal") return session.fail("agent-failed", `${session.model.name} refused the task`);
    if (answer.stop === "end" && calls.length === 0) {
      return { kind: "finished", usage: session.usage, summary: textOf(answer.content) };
    }
    if (spent(session.usage) > maxTokens) return session.fail("budget", `the task's ${maxTokens} tokens are spent`);
    const context = { request: session.request, processes: options.processes, signal: session.signal };
    await reply(session, answer, context);
  }
  return session.fail("agent-failed", `the agent was not done after ${maxTurns} turns`);
}

async function ask(session: Session, system: string): Promise<ModelAnswer> {
  const answer = await session.model.ask(
    {
      system,
      messages: session.messages,
      tools: tools.map(({ definition }) => definition),
      maxTokens: answerTokens,
      onText: session.request.onOutput,
      onBrokenOff: (usage) => session.spend(usage),
    },
    session.signal,
  );
  session.request.onOutput("\n");
  return answer;
}

/** Appends the answer and what its calls gave; one call after the other, so that none can trip another. */
async function reply(session: Session, answer: ModelAnswer, context: ToolContext): Promise<void> {
  const results: ModelBlock[] = [];
  for (const block of answer.content) {
    if (block.kind === "tool-call") results.push(await call(block, context, session.request));
  }
  // The API takes no empty message, which an answer cut short can be.
  if (answer.content.length > 0) session.messages.push({ role: "assistant", content: answer.content });
  if (results.length > 0) session.messages.push({ role: "user", content: results });
  else session.messages.push({ role: "user", content: [{ kind: "text", text: "Go on." }] });
}

type ToolCall = Extract<ModelBlock, { kind: "tool-call" }>;

async function call(block: ToolCall, context: ToolContext, request: AgentRequest): Promise<ModelBlock> {
  context.signal.throwIfAborted();
  const tool = tools.find(({ definition }) => definition.name === block.name);
  try {
    if (!tool) throw new ToolMistake(`there is no tool called ${block.name}`);
    const line = tool.describe(block.input);
    request.onProgress(line);
    request.onOutput(`> ${line}\n`);
    return { kind: "tool-result", id: block.id, text: await tool.run(block.input, context), isError: false };
  } catch (error) {
    if (!(error instanceof ToolMistake)) throw error;
    request.onOutput(`! ${error.message}\n`);
    return { kind: "tool-result", id: block.id, text: error.message, isError: true };
  }
}

function textOf(content: readonly ModelBlock[]): string {
  return content
    .flatMap((block) => (block.kind === "text" ? [block.text] : []))
    .join("\n")
    .trim();
}

/** HTTP statuses that say the provider, not the task, is the trouble: no credit, rate limit, overload. */
const quotaStatuses: readonly unknown[] = [402, 429, 529];

function judge(error: unknown): [AgentFailureKind, string] {
  if (!(error instanceof CoppiceError) || !error.code.startsWith("model-")) throw error;
  const { cause } = error;
  const status = typeof cause === "object" && cause !== null && "status" in cause ? cause.status : undefined;
  return [quotaStatuses.includes(status) ? "quota" : "agent-failed", error.message];
}

function waitOf(error: unknown): { retryAfterSeconds?: number } {
  const seconds = error instanceof CoppiceError ? error.retryAfterSeconds : undefined;
  return seconds === undefined ? {} : { retryAfterSeconds: seconds };
}
