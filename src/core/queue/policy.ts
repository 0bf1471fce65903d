import type { Budget } from "./budgets.ts";

/** What the reconciler may do; from `.github/coppice.yml` on the default branch, capped by the operator's flags. */
export interface Policy {
  readonly merge: "manual" | "auto";
  readonly mergeMethod: "merge" | "squash" | "rebase";
  /** Attempts per task before it is failed. */
  readonly attempts: number;
  readonly timeoutMinutes: number;
  /** Agents at once in this repository. */
  readonly maxAgents: number;
  /** Agents at once on one plan. */
  readonly maxAgentsPerPlan: number;
  /** What may be spent before nothing more is started. */
  readonly budget: Budget;
  /** A lease's length, seconds. */
  readonly leaseSeconds: number;
  /** How long after a head is first seen a check of it may still begin, seconds; 0 where nobody else checks. */
  readonly checksGraceSeconds: number;
  /** How many task issues may exist before the earlier ones are done. */
  readonly createAhead: number;
  /** Shell lines run in the worktree before the agent, and on the clean checkout after it. */
  readonly setup: readonly string[];
  readonly verify: readonly string[];
  /** `prefixed` leaves only the `/coppice <verb>` form. */
  readonly commands: "plain" | "prefixed";
  /** Tasks a plan may hold, at most 250. */
  readonly maxTasks: number;
  /** Whoever made a revision cannot approve it. */
  readonly twoPersons: boolean;
  /** Bots that are obeyed like people who may write: their logins, `[bot]` included. */
  readonly bots: readonly string[];
}

/** The defaults: 3 attempts, 30 minutes, 3 agents, no budget, manual merge. */
export const defaultPolicy: Policy = {
  merge: "manual",
  mergeMethod: "squash",
  attempts: 3,
  timeoutMinutes: 30,
  maxAgents: 3,
  maxAgentsPerPlan: 64,
  budget: {},
  leaseSeconds: 900,
  checksGraceSeconds: 60,
  createAhead: 25,
  setup: [],
  verify: [],
  commands: "plain",
  maxTasks: 50,
  twoPersons: false,
  bots: [],
};
