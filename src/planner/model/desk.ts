import type { PlanCommand } from "../../core/plan/command.ts";
import type { Oid } from "../../core/repository.ts";
import type { PlannedTask } from "../../core/task/task.ts";
import type { Code } from "../../ports/code.ts";
import type { ModelAnswer, ModelBlock } from "../../ports/model.ts";
import type { HandedIn } from "./hand-in-tools.ts";
import { handInTools } from "./hand-in-tools.ts";
import type { ToolResult } from "./read-tools.ts";
import { readTools } from "./read-tools.ts";

export interface DeskOptions {
  readonly code: Code;
  /** What the read tools look at. */
  readonly commit: Oid | undefined;
  /** What may be handed in. */
  readonly takes: readonly HandedIn["kind"][];
  /** The turn ends when this is handed in, or with words and no call. */
  readonly endsWith: "tasks" | "changes" | "words";
  /** Why something of the right form is not accepted; undefined when it is. */
  readonly problem: (handed: HandedIn) => string | undefined;
}

/** The last of each kind that was accepted, and the model's last words. */
export interface LeftOver {
  readonly tasks?: readonly PlannedTask[];
  readonly changes?: readonly PlanCommand[];
  readonly questions?: readonly string[];
  readonly words: string;
}

/** The turn is over, or what to reply; `problem` when an answer was not what it should be. */
export type Seen =
  | ({ readonly kind: "ended" } & LeftOver)
  | { readonly kind: "goes-on"; readonly reply: readonly ModelBlock[]; readonly problem?: string };

/** Where the answers of one turn arrive. */
export interface Desk {
  see(answer: ModelAnswer): Promise<Seen>;
}

/** Looks into the repository in one turn. */
const maxReads = 12;

type Call = Extract<ModelBlock, { kind: "tool-call" }>;
type Answered = ToolResult & { readonly problem?: string; readonly handed?: HandedIn };

/** Carries out the read calls of one turn and keeps what is handed in. */
export function openDesk(options: DeskOptions): Desk {
  let left: LeftOver = { words: "" };
  let reads = 0;
  const answerCall = async (call: Call): Promise<Answered> => {
    const reading = readTools.find(({ definition }) => definition.name === call.name);
    if (reading === undefined) return handIn(call, options);
    reads += 1;
    if (reads > maxReads) return mistake(`All ${maxReads} looks of this turn are used: go on with what you know.`);
    return reading.run(call.input, options.code, options.commit);
  };
  const answerAll = async (calls: readonly Call[]): Promise<Seen> => {
    const reply: ModelBlock[] = [];
    let problem: string | undefined;
    for (const call of calls) {
      const { text, isError, problem: found, handed } = await answerCall(call);
      problem ??= found;
      if (handed !== undefined) left = { ...left, ...withoutKind(handed) };
      reply.push({ kind: "tool-result", id: call.id, text, isError });
    }
    const ended = problem === undefined && options.endsWith !== "words" && left[options.endsWith] !== undefined;
    return ended ? { kind: "ended", ...left } : { kind: "goes-on", reply, problem };
  };
  const see = async (answer: ModelAnswer): Promise<Seen> => {
    const calls = answer.content.filter((block) => block.kind === "tool-call");
    left = { ...left, words: wordsOf(answer) || left.words };
    if (answer.stop === "length") return correct(calls, "the answer was cut off because it was too long");
    if (calls.length > 0) return answerAll(calls);
    const answered = options.endsWith === "words" && left.words !== "";
    return answered ? { kind: "ended", ...left } : correct([], missing(options));
  };
  return { see };
}

function handIn({ name, input }: Call, { takes, problem: judge }: DeskOptions): Answered {
  const tool = handInTools.find(({ definition }) => definition.name === name);
  if (tool === undefined) return mistake(`There is no tool ${name}.`);
  if (!takes.includes(tool.kind)) return mistake(`${name} is not for this turn.`);
  const handed = tool.read(input);
  const problem = handed.kind === "wrong" ? handed.problem : judge(handed);
  if (handed.kind !== "wrong" && problem === undefined) return { text: "Accepted.", isError: false, handed };
  return { ...mistake(`Not accepted: ${problem}. Call ${name} again with the whole, corrected input.`), problem };
}

function withoutKind({ kind: _, ...what }: HandedIn): Omit<LeftOver, "words"> {
  return what;
}

function mistake(text: string): ToolResult {
  return { text, isError: true };
}

function wordsOf({ content }: ModelAnswer): string {
  const texts = content.flatMap((block) => (block.kind === "text" ? [block.text.trim()] : []));
  return texts.filter((text) => text !== "").join("\n\n");
}

function missing({ endsWith }: DeskOptions): string {
  const tool = handInTools.find(({ kind }) => kind === endsWith);
  return tool === undefined ? "there was no answer" : `${tool.definition.name} was not called`;
}

/** Every call must be answered before the conversation may go on. */
function correct(calls: readonly Call[], problem: string): Seen {
  const text = `Not accepted: ${problem}. Try once more.`;
  const results = calls.map(({ id }): ModelBlock => ({ kind: "tool-result", id, text, isError: true }));
  return { kind: "goes-on", reply: results.length > 0 ? results : [{ kind: "text", text }], problem };
}
