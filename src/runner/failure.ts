import type { Failure, FailureKind } from "../core/run/run.ts";
import { hideSecrets } from "./secrets.ts";

/** A step that went wrong: why the attempt ends here. */
export interface StepFailure {
  readonly kind: "failure";
  readonly reason: FailureKind;
  readonly message: string;
}

/** A failed step, as an answer. */
export function failed(reason: FailureKind, message: string): StepFailure {
  return { kind: "failure", reason, message };
}

/** A failure as it is shown: one line of at most 500 characters, without secrets and control characters. */
export function toFailure(step: StepFailure, options: { secrets: readonly string[]; now: number }): Failure {
  const line = hideSecrets(step.message, options.secrets)
    .replace(/\s*\n\s*/g, " | ")
    // Terminal escapes, control characters, and those that turn the direction of text.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
    .replace(/\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "");
  const message = line.length > 500 ? `${line.slice(0, 499)}…` : line;
  return { kind: step.reason, message: message || step.reason, at: new Date(options.now).toISOString() };
}
