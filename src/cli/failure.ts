import { CoppiceError, type ErrorCode } from "../core/errors.ts";

/** Exit codes: 0 done, 1 something failed, 2 the input was wrong, 130 interrupted. */
export const exitCodes = { done: 0, failed: 1, badInput: 2, interrupted: 130 } as const;

/** Runs a command's action; what it throws becomes one line on standard error and an exit code. */
export async function runCommand(action: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await action();
  } catch (error) {
    process.stderr.write(`coppice: ${explain(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

function explain(error: unknown): string {
  if (error instanceof CoppiceError) return error.message;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `unexpected failure, please report it: ${message}`;
}

const wrongInputs: ReadonlySet<ErrorCode> = new Set(["bad-input", "config-invalid", "sandbox-unavailable"]);

function exitCodeOf(error: unknown): number {
  const wrongInput = error instanceof CoppiceError && wrongInputs.has(error.code);
  return wrongInput ? exitCodes.badInput : exitCodes.failed;
}
