import { readFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { CoppiceError } from "../core/errors.ts";
import type { MachineLimits } from "../core/worker/strain.ts";
import { workerName } from "../wire/frames/frames.ts";
import type { LimitFlags } from "./limit-flags.ts";
import { limitOptions, limitsOf } from "./limit-flags.ts";

/** What the command line and the environment say; they are read here and nowhere else in the worker. */
export interface WorkerSettings {
  readonly hubUrl: string;
  readonly name: string;
  readonly token: string;
  readonly dataFolder: string;
  readonly agents: readonly string[];
  readonly slots: number;
  readonly sandbox: "bubblewrap" | "none";
  readonly network: boolean;
  readonly anthropic?: { readonly apiKey: string; readonly baseUrl?: string; readonly model?: string };
  readonly limits: MachineLimits;
  readonly drainMilliseconds: number;
  readonly logLevel: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Flags extends LimitFlags {
  readonly hub?: string;
  readonly name?: string;
  readonly tokenFile?: string;
  readonly data?: string;
  readonly agent: readonly string[];
  readonly slots: number;
  readonly dangerouslyNoSandbox: boolean;
  readonly allowNetwork: boolean;
  readonly modelUrl?: string;
  readonly model?: string;
}

/** Throws CoppiceError bad-input with one line: what is missing or wrong, and what would be right. */
export function readSettings(argv: readonly string[], environment: Environment): WorkerSettings {
  const flags = parseFlags(argv, environment);
  const name = flags.name ?? defaultName();
  if (!workerName.safeParse(name).success) {
    throw bad(`the name ${JSON.stringify(name)} is none; use lower-case letters, digits and dashes`);
  }
  if (!flags.hub) throw bad("no hub is named; give --hub http://host:port or set COPPICE_HUB");
  const apiKey = environment.ANTHROPIC_API_KEY || undefined;
  return {
    hubUrl: flags.hub,
    name,
    token: readToken(flags, environment),
    dataFolder: resolve(flags.data ?? join(homedir(), ".local", "share", "coppice", name)),
    agents: flags.agent.length > 0 ? flags.agent : ["anthropic"],
    slots: flags.slots,
    sandbox: flags.dangerouslyNoSandbox ? "none" : "bubblewrap",
    network: flags.allowNetwork,
    ...(apiKey ? { anthropic: { apiKey, baseUrl: flags.modelUrl, model: flags.model } } : {}),
    ...limitsOf(flags),
    logLevel: environment.LOG_LEVEL || "info",
  };
}

function commandOf(environment: Environment): Command {
  const option = (flags: string, description: string, variable: string) =>
    new Option(flags, `${description} (or ${variable})`).default(environment[variable] || undefined);
  const command = new Command("coppice-worker")
    .description("Takes tasks from a Coppice hub and lets agents do them. Its token is given by COPPICE_WORKER_TOKEN.")
    .addOption(option("--hub <url>", "the hub", "COPPICE_HUB"))
    .addOption(option("--name <name>", "this worker's name, as enrolled", "COPPICE_WORKER_NAME"))
    .addOption(option("--token-file <path>", "a file with this worker's token", "COPPICE_WORKER_TOKEN_FILE"))
    .addOption(option("--data <folder>", "where mirrors and worktrees are, this worker's alone", "COPPICE_DATA"))
    .option(
      "--agent <id>",
      "anthropic or command:<shell line>; may be given again, the first is the default",
      collect,
      [],
    )
    .option("--slots <number>", "tasks at once", parseSlots, parseSlots(environment.COPPICE_SLOTS || "1"))
    .option("--dangerously-no-sandbox", "let agents do whatever this user may", false)
    .option("--allow-network", "let sandboxed commands use the network", false)
    .addOption(option("--model-url <url>", "where the Messages API is", "ANTHROPIC_BASE_URL"))
    .addOption(option("--model <name>", "the model", "ANTHROPIC_MODEL"))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const limit of limitOptions(environment)) command.addOption(limit);
  return command;
}

function parseFlags(argv: readonly string[], environment: Environment): Flags {
  try {
    const flags = commandOf(environment)
      .parse([...argv], { from: "user" })
      .opts<Flags>();
    const agent = environment.COPPICE_AGENT;
    return flags.agent.length === 0 && agent ? { ...flags, agent: [agent] } : flags;
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("commander.help")) throw error;
    throw bad(error instanceof Error ? error.message.replace(/^error: /, "") : String(error));
  }
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

function parseSlots(text: string): number {
  const slots = Number(text);
  if (Number.isInteger(slots) && slots >= 1 && slots <= 64) return slots;
  throw new InvalidArgumentError("slots: a number from 1 to 64");
}

function readToken({ tokenFile }: Flags, environment: Environment): string {
  const given = environment.COPPICE_WORKER_TOKEN?.trim();
  if (given) return given;
  if (!tokenFile) throw bad("no token is given; set COPPICE_WORKER_TOKEN, or name a file with --token-file");
  try {
    const token = readFileSync(tokenFile, "utf8").trim();
    if (token) return token;
  } catch (cause) {
    throw bad(`the token file ${tokenFile} cannot be read`, cause);
  }
  throw bad(`the token file ${tokenFile} is empty`);
}

function defaultName(): string {
  return hostname()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 63);
}

function bad(message: string, cause?: unknown): CoppiceError {
  return new CoppiceError("bad-input", message, { cause });
}
