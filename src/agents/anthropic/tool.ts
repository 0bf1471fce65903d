import { z } from "zod";
import type { AgentRequest } from "../../ports/agent.ts";
import type { ModelTool } from "../../ports/model.ts";
import type { Processes } from "../../ports/sandbox.ts";

/** What a tool call may use. */
export interface ToolContext {
  readonly request: Pick<AgentRequest, "folders" | "network">;
  readonly processes: Processes;
  readonly signal: AbortSignal;
}

/** A mistake the model can correct: its message is the tool's answer. */
export class ToolMistake extends Error {}

export interface Tool {
  readonly definition: ModelTool;
  /** One line for people, of the call's input. */
  describe(input: unknown): string;
  /** Throws ToolMistake for what the model got wrong. */
  run(input: unknown, context: ToolContext): Promise<string>;
}

/** No tool answers with more characters than this. */
export const maxAnswer = 30_000;

/** A tool whose input is checked against its schema before it runs. */
export function defineTool<Input>(tool: {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  readonly describe: (input: Input) => string;
  readonly run: (input: Input, context: ToolContext) => Promise<string>;
}): Tool {
  const { $schema: _, ...schema } = z.toJSONSchema(tool.input, { io: "input" });
  const parse = (input: unknown): Input => {
    const result = tool.input.safeParse(input);
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    throw new ToolMistake(`${tool.name}: ${issue?.path.join(".") || "input"}: ${issue?.message ?? "invalid"}`);
  };
  return {
    definition: { name: tool.name, description: tool.description, schema },
    describe: (input) => `${tool.name} ${tool.describe(parse(input))}`.slice(0, 200),
    run: async (input, context) => cap(await tool.run(parse(input), context)),
  };
}

/** Beginning and end of a long text, saying what is missing between them. */
export function cap(text: string): string {
  if (text.length <= maxAnswer) return text;
  const half = maxAnswer / 2;
  return `${text.slice(0, half)}\n… ${text.length - maxAnswer} characters left out …\n${text.slice(-half)}`;
}
