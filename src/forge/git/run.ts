import { execa } from "execa";

/** What git said; `code` 0 is success. */
export interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface GitOptions {
  readonly input?: string | Uint8Array;
  /** Added to the fixed environment: an index file, an author. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds; 60,000 unless given. */
  readonly timeout?: number;
  /** `latin1` keeps every byte of what git prints. */
  readonly encoding?: "utf8" | "latin1";
  /** Ends git early. */
  readonly signal?: AbortSignal;
}

/** Runs git in a bare repository with an environment of our own, and answers whatever it said. */
export async function git(folder: string, args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  const result = await execa("git", [...fixedConfig, `--git-dir=${folder}`, ...args], {
    env: { ...gitEnvironment(), ...options.environment },
    extendEnv: false,
    input: options.input ?? "",
    timeout: options.timeout ?? 60_000,
    reject: false,
    stripFinalNewline: false,
    encoding: options.encoding ?? "utf8",
    cancelSignal: options.signal,
    maxBuffer: 256 * 1024 * 1024,
    cwd: "/",
  });
  if (result.timedOut) throw new Error(`git ${args[0]} did not end in time`);
  if (result.exitCode === undefined) throw new Error(`git ${args[0]} could not be run: ${result.shortMessage}`);
  return { code: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

/** Like `git`, but anything other than success is an error. */
export async function gitText(folder: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const result = await git(folder, args, options);
  if (result.code !== 0) throw new Error(`git ${args[0]} ended with ${result.code}: ${result.stderr.trim()}`);
  return result.stdout;
}

/** Nothing of the user's or the machine's configuration reaches the forge's git. */
export function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    HOME: "/nonexistent",
    XDG_CONFIG_HOME: "/nonexistent",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    // A pushed refs/replace/… must not change what an object is.
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
    LC_ALL: "C.UTF-8",
    TZ: "UTC",
  };
}

/** Settings that hold for every command: no hooks, no surprise housekeeping. */
export const fixedConfig = [
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "gc.auto=0",
  "-c",
  "core.quotePath=false",
  "-c",
  "safe.directory=*",
  "--literal-pathspecs",
] as const;
