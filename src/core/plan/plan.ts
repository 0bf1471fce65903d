import type { PlannedTask, TaskKey } from "../task/task.ts";

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
}

/** The issue that stands for a task, recorded once it exists. */
export interface TaskIssue {
  readonly number: number;
  /** REST's integer id, which the sub-issue and dependency endpoints want. */
  readonly id: number;
  readonly nodeId: string;
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
  /** Spent on planning. */
  readonly usage: Usage;
}

/** A plan as the ledger holds it at one moment. */
export interface PlanState {
  readonly plan: Plan;
  /** sha256 (hex) of plan.yaml's bytes. */
  readonly hash: string;
  readonly record: PlanRecord;
  /** Tasks whose result has been folded into the ledger. */
  readonly folded: readonly TaskKey[];
}
