import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { StringDecoder } from "node:string_decoder";
import type {
  Processes,
  ProcessLimits,
  ProcessOutcome,
  Sandbox,
  SandboxCommand,
  WrappedCommand,
} from "../ports/sandbox.ts";
import { CappedOutput } from "./capped-output.ts";
import { killStrays, markVariable } from "./strays.ts";

export interface ProcessesOptions {
  /** How long after TERM comes KILL, milliseconds; default 2,000. */
  readonly graceMilliseconds?: number;
  /** Begins the mark of every process started here, so that `killStrays` finds what a killed worker left. */
  readonly scope?: string;
}

type Ending = { kind: "timed-out" } | { kind: "stalled" } | { kind: "stopped" };

/** Runs commands in `sandbox`. */
export function createProcesses(sandbox: Sandbox, options: ProcessesOptions = {}): Processes {
  const grace = options.graceMilliseconds ?? 2_000;
  const mark = () => `${options.scope ?? "one"}.${randomUUID()}`;
  return { sandbox, run: (command, limits, signal) => run(sandbox, command, { limits, signal, grace, mark: mark() }) };
}

interface RunOptions {
  readonly limits: ProcessLimits;
  readonly signal: AbortSignal;
  readonly grace: number;
  readonly mark: string;
}

async function run(sandbox: Sandbox, command: SandboxCommand, options: RunOptions): Promise<ProcessOutcome> {
  const started = performance.now();
  const elapsed = () => Math.round(performance.now() - started);
  if (options.signal.aborted) return { kind: "stopped", milliseconds: 0, output: "" };
  const marked = { ...command, env: { ...command.env, [markVariable]: options.mark } };
  const output = new CappedOutput(options.limits.keepBytes);
  const child = start(sandbox.wrap(marked));
  if ("reason" in child) return { kind: "not-started", reason: child.reason, milliseconds: 0, output: "" };
  const watch = createWatch(child, options);
  follow(child, (chunk) => output.add(chunk), { watch, onOutput: options.limits.onOutput });
  const exit = await exited(child);
  watch.end();
  killGroup(child, "SIGKILL");
  await killStrays(options.mark);
  await drained(child);
  const common = { milliseconds: elapsed(), output: output.finish() };
  if ("reason" in exit) return { ...common, kind: "not-started", reason: exit.reason };
  if (watch.ending()) return { ...common, ...(watch.ending() ?? { kind: "stopped" }) };
  if (exit.signal) return { ...common, kind: "killed", signal: exit.signal };
  return { ...common, kind: "exited", code: exit.code ?? -1 };
}

function start({ file, args, cwd, env }: WrappedCommand): ChildProcess | { reason: string } {
  try {
    // A group (and session) of its own: it can be killed whole, and has no terminal to type into.
    return spawn(file, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    // A NUL in what a model, or a task, gave for an argument.
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

type Exit = { code: number | null; signal: string | null } | { reason: string };

function exited(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ reason: error.message }));
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

/** Waits for the pipes to close, but not for a process that left the group and still holds them. */
async function drained(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const closed = Promise.all(
    streams.map((stream) => stream.closed || new Promise<void>((resolve) => stream.once("close", () => resolve()))),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 1_000);
  });
  await Promise.race([closed, late]);
  clearTimeout(timer);
  for (const stream of streams) stream.destroy();
}

interface Watch {
  sawOutput(): void;
  ending(): Ending | undefined;
  end(): void;
}

function createWatch(child: ChildProcess, { limits, signal, grace }: RunOptions): Watch {
  let ending: Ending | undefined;
  let killer: NodeJS.Timeout | undefined;
  const stop = (why: Ending) => {
    if (ending) return;
    ending = why;
    killGroup(child, "SIGTERM");
    killer = setTimeout(() => killGroup(child, "SIGKILL"), grace);
  };
  const onAbort = () => stop({ kind: "stopped" });
  const wall = setTimeout(() => stop({ kind: "timed-out" }), limits.timeoutMilliseconds);
  const idle =
    limits.idleMilliseconds === undefined
      ? undefined
      : setTimeout(() => stop({ kind: "stalled" }), limits.idleMilliseconds);
  signal.addEventListener("abort", onAbort, { once: true });
  return {
    sawOutput: () => {
      if (!ending) idle?.refresh();
    },
    ending: () => ending,
    end: () => {
      for (const timer of [wall, idle, killer]) clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    },
  };
}

function follow(
  child: ChildProcess,
  keep: (chunk: Buffer) => void,
  { watch, onOutput }: { watch: Watch; onOutput?: (text: string) => void },
): void {
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder("utf8");
    stream?.on("data", (chunk: Buffer) => {
      watch.sawOutput();
      keep(chunk);
      onOutput?.(decoder.write(chunk));
    });
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The whole group has ended.
  }
}
