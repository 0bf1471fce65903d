import type { GoneCosts } from "../queue/spending.ts";
import type { Oid } from "../repository.ts";
import type { PhaseName } from "../task/phase-name.ts";
import type { PlannedTask, TaskKey } from "../task/task.ts";
import type { PlanCommand } from "./command.ts";
import type { Steering } from "./steering.ts";

/** What people approve. Its YAML text (wire/plan-yaml.ts) is hashed as it is: `sha256sum plan.yaml` gives the plan's hash. */
export interface Plan {
  /** What the plan is for, at most 4,000 characters. */
  readonly goal: string;
  /** In the order people see; keys are unique, needs point inside the plan and form no cycle. */
  readonly tasks: readonly PlannedTask[];
}

/** Who approved what, and by which comment. */
export interface Approval {
  readonly revision: number;
  readonly hash: string;
  readonly by: string;
  readonly comment: number;
  /** ISO 8601, GitHub's clock (the comment's creation). */
  readonly at: string;
}

/** A plan's own state; what its tasks are doing is derived from issues, leases and pull requests. */
export type PlanStatus =
  | { readonly kind: "draft" }
  | { readonly kind: "approved"; readonly approval: Approval }
  | { readonly kind: "cancelled"; readonly by: string; readonly at: string }
  | { readonly kind: "done"; readonly at: string; readonly approval: Approval };

/** One revision in the plan's history: what `/undo` and the audit read. */
export interface Revision {
  readonly revision: number;
  readonly hash: string;
  readonly by: string;
  readonly at: string;
  /** The command's comment; absent for what the app did itself. */
  readonly comment?: number;
  /** One line: what changed. */
  readonly summary: string;
  /** The earlier revision whose plan this one has again, by `/undo`. */
  readonly restores?: number;
}

/** What the planner must know before the plan is worth approving: answered, or waived by `/approve --anyway`. */
export interface Question {
  /** Counted from 1 within the plan: Q1, Q2 … */
  readonly number: number;
  /** At most 500 characters; a model's words. */
  readonly text: string;
  readonly answer?: {
    readonly by: string;
    readonly at: string;
    readonly comment: number;
    /** At most 2,000 characters. */
    readonly text: string;
  };
  /** A later plan from scratch made it pointless, or an approval waived it. */
  readonly waived?: true;
}

/** A change set the planner proposed in a discussion; `/accept` takes it as one revision. */
export interface Proposal {
  /** Counted from 1 within the plan: P1, P2 … Only the latest is kept. */
  readonly number: number;
  /** The revision it was made for. */
  readonly revision: number;
  readonly changes: readonly PlanCommand[];
  /** The comment whose answer shows it. */
  readonly comment: number;
  readonly at: string;
}

/** A change of an approved plan that waits for its own approval; meanwhile the approved plan goes on. */
export interface Amendment {
  readonly plan: Plan;
  /** sha256 (hex) of amendment.yaml's bytes. */
  readonly hash: string;
}

/** A ledger commit that the app did not make and that touched this plan: nothing starts until somebody approves again. */
export interface ForeignCommit {
  readonly commit: Oid;
  /** Whoever the commit says, for people to read; nothing is decided by it. */
  readonly author: string;
  readonly at: string;
  /** The revision that somebody has since written over it beside an approved plan: that one may be approved by another. */
  readonly amended?: number;
}

/** What an approved amendment still has to change on issues that exist already. */
export interface CatchUp {
  /** Task issues whose title and text are to be written again. */
  readonly rewrite: readonly TaskKey[];
  /** Needs that are no more: GitHub's dependency is to be taken away. */
  readonly unlink: readonly { readonly blocked: TaskKey; readonly blocking: TaskKey }[];
}

/** The issue that stands for a task, recorded once it exists. */
export interface TaskIssue {
  readonly number: number;
  /** REST's integer id, which the sub-issue and dependency endpoints want. */
  readonly id: number;
  readonly nodeId: string;
}

/** A phase parent: an issue between a large plan's and its tasks'. */
export interface PhaseIssue extends TaskIssue {
  /** Closed by us when the plan was cancelled: whoever opens it again has it for himself. */
  readonly givenUp?: true;
}

/** Tokens and money spent with a model. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** US dollars where the model's price is known. */
  readonly dollars?: number;
}

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** Everything the ledger knows about a plan beside the plan itself (`plans/<issue>/record.yaml`). */
export interface PlanRecord {
  readonly version: 1;
  /** The parent issue's number: the plan's identity. */
  readonly issue: number;
  readonly revision: number;
  readonly revisions: readonly Revision[];
  readonly status: PlanStatus;
  /** The plan comment's id, once posted. */
  readonly comment?: number;
  /** Who planned: `keywords` or the model's name, shown to people. */
  readonly planner: string;
  /** The highest key number ever given, removed tasks included: keys are never used twice. Absent: what the plan shows. */
  readonly lastKey?: number;
  readonly tasks: Readonly<Partial<Record<TaskKey, TaskIssue>>>;
  /** A large plan's phase parents. Absent: task issues are right under the plan's. */
  readonly phases?: Readonly<Partial<Record<PhaseName, PhaseIssue>>>;
  /** Spent on planning. */
  readonly usage: Usage;
  /** Spent on attempts that no lease and no run record tells of any more. */
  readonly costs?: Readonly<Partial<Record<TaskKey, GoneCosts>>>;
  readonly questions?: readonly Question[];
  /** The number of the latest proposal ever made. */
  readonly proposals?: number;
  readonly catchUp?: CatchUp;
  readonly steering?: Steering;
  /** Which budgets people were told are spent, by what they were spent on: each is told once. */
  readonly spentTold?: Readonly<Partial<Record<"task" | "plan" | "day", string>>>;
  /** Of which failed tasks people were told while the plan was stuck, each with the epoch of its last attempt. */
  readonly stuckTold?: Readonly<Partial<Record<TaskKey, number>>>;
  readonly creating?: Creating;
}

/** What a hub is about to make on GitHub, written down first: whoever finds it looks for what was made before making anything. */
export interface Creating {
  readonly hub: string;
  readonly nonce: string;
  /** ISO 8601, the hub's clock; for people to read. */
  readonly at: string;
  /** What is made: a task's key, a phase parent's name, `comment`, `pull T1`. */
  readonly keys: readonly string[];
}

/** A plan as the ledger holds it at one moment. */
export interface PlanState {
  readonly plan: Plan;
  /** sha256 (hex) of plan.yaml's bytes. */
  readonly hash: string;
  /** `revision` counts the amendment too: it is the newest state people see. */
  readonly record: PlanRecord;
  readonly amendment?: Amendment;
  readonly proposal?: Proposal;
  readonly foreign?: ForeignCommit;
  /** Tasks whose result has been folded into the ledger. */
  readonly folded: readonly TaskKey[];
}
