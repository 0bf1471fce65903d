import type { Usage } from "../plan/plan.ts";
import type { Oid } from "../repository.ts";

/** Why an attempt failed. */
export const failureKinds = [
  "agent-failed",
  "no-change",
  "setup-failed",
  "verify-failed",
  "timed-out",
  "stalled",
  "lease-lost",
  "worker-lost",
  "conflict",
  "quota",
  "budget",
  "policy",
  "stopped",
  "internal",
] as const;
export type FailureKind = (typeof failureKinds)[number];

export interface Failure {
  readonly kind: FailureKind;
  /** One line for people, at most 500 characters, no secrets, no control characters. */
  readonly message: string;
  /** ISO 8601. */
  readonly at: string;
  /** The agent that failed. */
  readonly agent?: string;
  /** What the attempt cost before it failed. */
  readonly usage?: Usage;
  /** How long it took. */
  readonly seconds?: number;
  /** A provider's word on when it may be asked again, from `at`. */
  readonly retryAfterSeconds?: number;
  /** A person had the task tried anew since: it counts no more, only what it cost does. */
  readonly forgiven?: true;
  /** Its plan was resumed since: it says nothing about the plan any more. */
  readonly resumed?: true;
}

/** What `verify` said about the exact tree that is pushed. */
export type Verification =
  | { readonly kind: "passed"; readonly command: string; readonly milliseconds: number }
  | { readonly kind: "none" };

/** How a run ended. Nothing between published and failed exists: partial work is a failure with its work kept. */
export type RunOutcome =
  | {
      readonly kind: "published";
      readonly head: Oid;
      /** The publishing lease commit. */
      readonly lease: Oid;
      readonly verification: Verification;
      readonly usage: Usage;
    }
  | { readonly kind: "failed"; readonly failure: Failure; readonly usage: Usage };

/** What a run's record calls it when nothing confined the agent. */
export const noConfinement = "none (not confined)";

/** The run record a publishing lease carries as `run.json`, later `plans/<p>/tasks/<t>/runs/<epoch>.json` in the ledger. */
export interface RunRecord {
  readonly version: 1;
  readonly run: string;
  readonly plan: number;
  readonly task: string;
  readonly issue: number;
  readonly epoch: number;
  readonly worker: string;
  readonly agent: string;
  readonly sandbox: string;
  readonly base: Oid;
  readonly head: Oid;
  readonly verification: Verification;
  readonly usage: Usage;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly filesChanged: number;
  /** Attempts of this task that failed before it, as its lease kept them: what they cost counts. */
  readonly failures?: readonly Failure[];
  /** Why a person must look before the merge, one line each; absent when nobody need. */
  readonly attention?: readonly string[];
}

/** The steps of a run as people see them. */
export const runPhases = ["claiming", "preparing", "working", "verifying", "publishing"] as const;
export type RunPhase = (typeof runPhases)[number];
