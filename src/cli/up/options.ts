import { type Command, InvalidArgumentError, Option } from "commander";
import { CoppiceError } from "../../core/errors.ts";
import { defaultAnthropicModel } from "../../models/anthropic.ts";

export interface UpFlags extends AgentFlags {
  readonly repo: string;
  readonly port: number;
  readonly data?: string;
  readonly workers: number;
  readonly planner: "auto" | "anthropic" | "keywords";
  readonly merge?: "manual" | "auto";
  /** A file that says how the forge misbehaves. */
  readonly faults?: string;
  /** Nothing is started: what would be done is printed. */
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** The options `up` and `demo` share, checked as they are read. */
export function withUpOptions(command: Command, { leastWorkers }: { readonly leastWorkers: 0 | 1 }): Command {
  return command
    .option("--port <number>", "port for the pages and the API; 0 picks a free one", numberBetween(0, 65_535), 0)
    .option(
      "--data <folder>",
      "where everything is kept (default: a folder inside the repository's git folder)",
      folderName,
    )
    .option("--workers <number>", "local workers, one task each", numberBetween(leastWorkers, 32), 3);
}

function folderName(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It must be the path of a folder.");
  return text;
}

/** A parser for commander: a whole number within the bounds. */
export function numberBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** The options of whatever starts workers here: `up` and `run`. */
export function withAgentOptions(command: Command): Command {
  return command
    .option("--agent <name>", "who works: anthropic, or command:<shell line> (default: anthropic where there is a key)")
    .option("--dangerously-no-sandbox", "run agents without a sandbox: they can do all that you can do", false)
    .option("--allow-network", "let sandboxed commands use the network", false);
}

export interface AgentFlags {
  readonly agent?: string;
  readonly dangerouslyNoSandbox: boolean;
  readonly allowNetwork: boolean;
}

export const plannerOption = new Option("--planner <kind>", "who plans: a model, or keywords when there is none")
  .choices(["auto", "anthropic", "keywords"])
  .default("auto");

export const mergeOption = new Option(
  "--merge <policy>",
  "auto merges pull requests that are green; manual leaves that to you (default: the repository's configuration, else manual)",
).choices(["manual", "auto"]);

/** What the environment says about models; read here and nowhere else in the command line. */
export interface ModelEnvironment {
  readonly apiKey?: string;
  readonly baseUrl?: string;
  readonly model: string;
}

export function modelEnvironment(environment: NodeJS.ProcessEnv): ModelEnvironment {
  const text = (name: string) => environment[name]?.trim() || undefined;
  const baseUrl = text("ANTHROPIC_BASE_URL");
  if (baseUrl !== undefined && !URL.canParse(baseUrl)) {
    throw new CoppiceError("bad-input", `ANTHROPIC_BASE_URL is ${baseUrl}, which is no address; expected https://…`);
  }
  return { apiKey: text("ANTHROPIC_API_KEY"), baseUrl, model: text("ANTHROPIC_MODEL") ?? defaultAnthropicModel };
}
