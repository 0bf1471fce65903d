import type { Usage } from "../core/plan/plan.ts";
import { totalTokens } from "../core/plan/usage.ts";
import type { Failure, FailureKind } from "../core/run/run.ts";
import { hideSecrets } from "./secrets.ts";

/** A step that went wrong: why the attempt ends here. */
export interface StepFailure {
  readonly kind: "failure";
  readonly reason: FailureKind;
  readonly message: string;
  /** A provider's word on when it may be asked again. */
  readonly retryAfterSeconds?: number;
}

/** A failed step, as an answer. */
export function failed(reason: FailureKind, message: string): StepFailure {
  return { kind: "failure", reason, message };
}

/** What is known of an attempt beside how it failed. */
export interface FailureFacts {
  readonly secrets: readonly string[];
  readonly now: number;
  /** Where the attempt had begun. */
  readonly agent?: string;
  readonly usage?: Usage;
  readonly seconds?: number;
}

/** As much of an agent's id as a failure tells. */
const agentLength = 200;

/** The longest wait a failure tells of: a day, seconds. */
const longestWait = 86_400;

/** A failure as it is shown: one line of at most 500 characters, without secrets and control characters. */
export function toFailure(step: StepFailure, options: FailureFacts): Failure {
  const line = hideSecrets(step.message, options.secrets)
    .replace(/\s*\n\s*/g, " | ")
    // Terminal escapes, control characters, and those that turn the direction of text.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
    .replace(/\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "");
  const message = line.length > 500 ? `${line.slice(0, 499)}…` : line;
  return {
    ...{ kind: step.reason, message: message || step.reason, at: new Date(options.now).toISOString() },
    ...costOf(step, options),
  };
}

/** Nothing is said of what nobody knows: a command does not tell what it spends. */
function costOf({ retryAfterSeconds: wait }: StepFailure, { agent, usage, seconds, secrets }: FailureFacts) {
  return {
    ...(agent === undefined ? {} : { agent: hideSecrets(agent, secrets).slice(0, agentLength) }),
    ...(usage === undefined || totalTokens(usage) === 0 ? {} : { usage }),
    ...(seconds === undefined ? {} : { seconds: Math.max(0, Math.round(seconds)) }),
    ...(wait === undefined ? {} : { retryAfterSeconds: Math.min(longestWait, Math.max(0, Math.ceil(wait))) }),
  };
}
