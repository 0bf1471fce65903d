import type { Usage } from "../core/plan/plan.ts";
import type { FailureKind } from "../core/run/run.ts";
import type { PlannedTask } from "../core/task/task.ts";
import type { SandboxFolders } from "./sandbox.ts";

export interface AgentRequest {
  readonly run: string;
  readonly plan: number;
  readonly issue: number;
  readonly task: PlannedTask;
  /** The task for the agent to read; the same text lies at `.coppice/task.md` in the worktree. */
  readonly brief: string;
  readonly folders: SandboxFolders;
  readonly timeoutMilliseconds: number;
  readonly idleMilliseconds: number;
  /** The operator lets sandboxed commands use the network. */
  readonly network: boolean;
  /** What the agent prints or says, as it comes. */
  readonly onOutput: (text: string) => void;
  /** One line: what it is doing now. */
  readonly onProgress: (note: string) => void;
  /** All it has cost so far, whenever that grows: what is known even of a run that is cut off. */
  readonly onUsage?: (usage: Usage) => void;
}

/** What an agent can fail with; everything else is decided by looking at its diff. */
export type AgentFailureKind = Extract<
  FailureKind,
  "agent-failed" | "timed-out" | "stalled" | "quota" | "budget" | "stopped"
>;

export type AgentOutcome =
  | {
      readonly kind: "finished";
      readonly usage: Usage;
      /** Its last words: result.md when it left none. */
      readonly summary?: string;
    }
  | {
      readonly kind: "failed";
      readonly reason: AgentFailureKind;
      readonly message: string;
      readonly usage: Usage;
      /** The provider's word on when it may be asked again. */
      readonly retryAfterSeconds?: number;
    };

/** Something that does a task in a worktree. It is not trusted: only its diff and its files in `.coppice/out/` count. */
export interface Agent {
  readonly id: string;
  /** Its version, or undefined where it cannot run. */
  available(): Promise<string | undefined>;
  run(request: AgentRequest, signal: AbortSignal): Promise<AgentOutcome>;
}
