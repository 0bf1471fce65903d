import type { Policy } from "../core/queue/policy.ts";
import type { Oid } from "../core/repository.ts";
import type { OperatorLimits } from "../wire/config.ts";
import { configPath, maxConfigBytes, operatorPolicy, parseConfig } from "../wire/config.ts";
import type { ReconcilerPorts } from "./ports.ts";

/** The policy, and why nothing new may start when there is no saying what it is. */
export interface PolicyReading {
  readonly policy: Policy;
  readonly hold?: string;
}

/** Gives the repository's policy as its default branch says now; a commit is read once. */
export function policyReader(code: ReconcilerPorts["code"], limits: OperatorLimits): () => Promise<PolicyReading> {
  let last: { readonly commit: Oid; readonly reading: PolicyReading } | undefined;
  return async () => {
    const commit = await code.refresh();
    if (commit === undefined) return heldBack(limits, "the repository has no commit on its default branch yet");
    if (last?.commit === commit) return last.reading;
    // A file that is no text is not the same as none: without it nothing would be verified.
    const text = await code.read(commit, configPath, maxConfigBytes + 1, { binary: "marked" });
    const answer = parseConfig(text, limits);
    const reading = answer.kind === "valid" ? { policy: answer.policy } : heldBack(limits, answer.line);
    last = { commit, reading };
    return reading;
  };
}

/** What runs may end, on the defaults; nothing starts and nothing is merged. */
function heldBack(limits: OperatorLimits, hold: string): PolicyReading {
  return { policy: operatorPolicy({ ...limits, merge: "manual" }), hold };
}
