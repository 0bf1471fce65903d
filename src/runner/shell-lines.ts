import type { Processes, ProcessOutcome, SandboxFolders } from "../ports/sandbox.ts";

export interface ShellLines {
  readonly lines: readonly string[];
  readonly folders: SandboxFolders;
  readonly network: boolean;
  /** For all lines together. */
  readonly timeoutMilliseconds: number;
  readonly idleMilliseconds: number;
  readonly onOutput: (text: string) => void;
}

/** `stopped` is told apart because who stopped it decides what the failure is. */
export type LinesAnswer =
  | { readonly kind: "passed"; readonly milliseconds: number }
  | { readonly kind: "failed"; readonly reason: "exit" | "timed-out" | "stalled"; readonly message: string }
  | { readonly kind: "stopped" };

/** Beginning and end of each line's output that is kept for the failure's message. */
const keepBytes = 64 * 1024;

/** Runs shell lines one after the other in the sandbox; the first that fails ends it. */
export async function runLines(processes: Processes, work: ShellLines, signal: AbortSignal): Promise<LinesAnswer> {
  let milliseconds = 0;
  for (const line of work.lines) {
    work.onOutput(`$ ${line}\n`);
    const outcome = await processes.run(
      { file: "/bin/sh", args: ["-c", line], folders: work.folders, env: {}, network: work.network },
      { ...work, timeoutMilliseconds: Math.max(work.timeoutMilliseconds - milliseconds, 1), keepBytes },
      signal,
    );
    milliseconds += outcome.milliseconds;
    if (outcome.kind === "stopped") return { kind: "stopped" };
    const failure = judge(line, outcome);
    if (failure) return failure;
  }
  return { kind: "passed", milliseconds };
}

function judge(line: string, outcome: ProcessOutcome): LinesAnswer | undefined {
  const name = `\`${line.length > 80 ? `${line.slice(0, 79)}…` : line}\``;
  switch (outcome.kind) {
    case "exited":
      if (outcome.code === 0) return undefined;
      return {
        kind: "failed",
        reason: "exit",
        message: `${name} ended with exit code ${outcome.code}${tail(outcome)}`,
      };
    case "killed":
      return { kind: "failed", reason: "exit", message: `${name} was killed by ${outcome.signal}${tail(outcome)}` };
    case "not-started":
      return { kind: "failed", reason: "exit", message: `${name} could not be started: ${outcome.reason}` };
    case "timed-out":
      return { kind: "failed", reason: "timed-out", message: `${name} took too long${tail(outcome)}` };
    case "stalled":
      return { kind: "failed", reason: "stalled", message: `${name} printed nothing for too long${tail(outcome)}` };
    case "stopped":
      return { kind: "stopped" };
  }
}

/** What it said last, as much as a failure's line holds. */
function tail({ output }: ProcessOutcome): string {
  const text = output.trimEnd().slice(-350);
  return text ? `: ${text}` : "";
}
