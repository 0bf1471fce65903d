import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { CoppiceError } from "../core/errors.ts";
import type { GitPlace } from "./environment.ts";
import { gitEnvironment } from "./environment.ts";
import { redact } from "./redact.ts";

export interface GitCall extends GitPlace {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Never in arguments, URLs or configuration: git asks a script, the script prints a variable. */
  readonly token?: string;
  /** Default one minute. */
  readonly timeoutMilliseconds?: number;
  /** Most bytes of output kept, default 32 MiB; more is an error unless `truncate`. */
  readonly maxBytes?: number;
  readonly truncate?: boolean;
  /** Exit codes that are answers; default only 0. To be killed (time-out, stop, lack of memory) is none. */
  readonly accept?: readonly number[] | "any";
  readonly signal?: AbortSignal;
}

export interface GitResult {
  /** -1 when its output was cut by `truncate`. */
  readonly code: number;
  readonly stdout: Buffer;
  /** Redacted. */
  readonly stderr: string;
}

/** Runs git with an environment of our own; throws CoppiceError git-failed with its last lines. */
export type Git = ((args: readonly string[], call?: GitCall) => Promise<GitResult>) & {
  /** How remotes may be reached, as git names it. */
  readonly protocols: readonly string[];
};

const minute = 60_000;
const mebibyte = 1024 * 1024;

/** Prepares the empty home and the askpass script in `folder`, and gives the runner. `protocols` as git names them. */
export async function createGit(options: { folder: string; protocols: readonly string[] }): Promise<Git> {
  const home = join(options.folder, "home");
  const askpass = join(options.folder, "askpass");
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(askpass, askpassScript, { mode: 0o700 });
  await chmod(askpass, 0o700);
  const environment = { home, askpass, protocols: options.protocols };
  const run = async (args: readonly string[], call: GitCall = {}) => {
    const env = { ...gitEnvironment(environment, call, call.token), ...call.env };
    return judge(args, call, await execute(args, { ...call, env, cwd: call.cwd ?? home }));
  };
  return Object.assign(run, { protocols: options.protocols });
}

const askpassScript = `#!/bin/sh
case "$1" in
Username*) echo x-access-token ;;
*) printf '%s\\n' "$COPPICE_GIT_TOKEN" ;;
esac
`;

interface Execution extends GitResult {
  readonly timedOut: boolean;
  readonly overflow: boolean;
  readonly notFound: boolean;
}

async function execute(args: readonly string[], call: GitCall): Promise<Execution> {
  call.signal?.throwIfAborted();
  // A group of its own: git's transport helpers must die with it, and a time-out of execa kills only git itself.
  const child = execa("git", args, {
    cwd: call.cwd,
    env: call.env,
    extendEnv: false,
    detached: true,
    reject: false,
    encoding: "buffer",
    stripFinalNewline: false,
    maxBuffer: call.maxBytes ?? 32 * mebibyte,
    ...(call.input === undefined ? { stdin: "ignore" as const } : { input: call.input }),
  });
  let timedOut = false;
  const kill = () => killGroup(child.pid);
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, call.timeoutMilliseconds ?? minute);
  call.signal?.addEventListener("abort", kill, { once: true });
  try {
    const result = await child;
    return {
      code: result.exitCode ?? -1,
      stdout: Buffer.from(result.stdout ?? []),
      stderr: redact(Buffer.from(result.stderr ?? []).toString(), call.token ? [call.token] : []),
      timedOut,
      overflow: result.isMaxBuffer,
      notFound: result.code === "ENOENT",
    };
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener("abort", kill);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

function judge(args: readonly string[], call: GitCall, result: Execution): GitResult {
  const verb = args.find((arg) => !arg.startsWith("-")) ?? "";
  if (call.signal?.aborted) throw call.signal.reason;
  if (result.notFound) throw new CoppiceError("git-failed", "git is not installed, or its folder does not exist");
  if (result.overflow && call.truncate) return result;
  if (result.overflow) throw new CoppiceError("git-failed", `git ${verb}: more output than expected`);
  if (result.code === 0) return result;
  if (hasNoRoom(result.stderr)) throw new CoppiceError("disk-full", `git ${verb}: ${lastLines(result.stderr)}`);
  if (result.timedOut) throw new CoppiceError("git-failed", `git ${verb}: no answer in time`);
  if (result.code > 0 && (call.accept === "any" || call.accept?.includes(result.code))) return result;
  throw new CoppiceError(
    "git-failed",
    `git ${verb}: ${lastLines(result.stderr) || (result.code < 0 ? "it was killed" : `exit code ${result.code}`)}`,
  );
}

/** A checkout does not say why it cannot write a file, and there is seldom another reason. In the words of this machine; what the remote says of its own disk is not about ours. */
function hasNoRoom(stderr: string): boolean {
  const lines = stderr.split("\n").filter((line) => !line.startsWith("remote:"));
  return lines.some((line) =>
    /No space left on device|Disk quota exceeded|File too large|^error: unable to write file /.test(line),
  );
}

/** The last five lines of what git said, as one line. */
export function lastLines(stderr: string): string {
  return stderr.trim().split("\n").slice(-5).join(" | ").slice(0, 1_000);
}
