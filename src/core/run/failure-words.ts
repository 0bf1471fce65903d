import type { Failure, FailureKind } from "./run.ts";

/** What a kind of failure is called before people. */
export const failureWords: Readonly<Record<FailureKind, string>> = {
  "agent-failed": "the agent failed",
  "no-change": "nothing was changed",
  "setup-failed": "the setup failed",
  "verify-failed": "verify failed",
  "timed-out": "the time was up",
  stalled: "nothing moved for too long",
  "lease-lost": "the lease was lost",
  "worker-lost": "the worker was lost",
  conflict: "there was a conflict",
  quota: "the provider's quota is spent",
  budget: "the budget is spent",
  policy: "the change is not allowed",
  stopped: "it was stopped",
  internal: "something outside the task failed",
};

/** Coppice words these messages itself, and they say all. */
const speakForThemselves: ReadonlySet<FailureKind> = new Set([
  "no-change",
  "timed-out",
  "stalled",
  "lease-lost",
  "worker-lost",
  "conflict",
  "budget",
  "stopped",
]);

/** One line for people. May hold an agent's words: neutralise it. */
export function failureLine({ kind, message }: Pick<Failure, "kind" | "message">): string {
  const words = failureWords[kind];
  // Whoever had nothing to say said the kind.
  if (message === kind) return words;
  return speakForThemselves.has(kind) ? message : `${words}: ${message}`;
}
