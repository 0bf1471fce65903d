import type { HeldLease } from "../core/lease/lease.ts";
import type { RunPhase } from "../core/run/run.ts";
import type { Agent } from "../ports/agent.ts";
import type { Clock } from "../ports/clock.ts";
import type { Leases } from "../ports/leases.ts";
import type { Log } from "../ports/log.ts";
import type { Processes } from "../ports/sandbox.ts";
import type { Workspaces } from "../ports/workspaces.ts";

/** What a run asks for. */
export interface RunPorts {
  readonly leases: Pick<Leases, "swap">;
  readonly workspaces: Workspaces;
  readonly processes: Processes;
  readonly agent: Agent;
  readonly clock: Clock;
  readonly log: Log;
}

export interface RunOptions {
  /** The worker's name. */
  readonly worker: string;
  /** Values that may be in nothing that is pushed or told: this run's token, the worker's keys. */
  readonly secrets: () => readonly string[];
  /** Sandboxed commands may use the network. */
  readonly network: boolean;
  /** Longest silence of a command; default 10 minutes. */
  readonly idleMilliseconds?: number;
  /** The lease is held: the run has begun. */
  readonly onLease: (held: HeldLease) => void;
  readonly onPhase: (phase: RunPhase, note: string) => void;
  /** Output of agent, setup and verify as it comes; not redacted. */
  readonly onOutput: (text: string) => void;
}
