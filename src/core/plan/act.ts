import type { TaskKey } from "../task/task.ts";
import type { PlanCommand } from "./command.ts";
import type { Plan, PlanRecord, Proposal } from "./plan.ts";

/** What somebody wants done to a plan's state, everything asked for beforehand: deciding is pure and may be repeated on a newer state. */
export type Act =
  /** One revision: of the draft, or with `amend` of an approved plan. */
  | {
      readonly kind: "change";
      readonly commands: readonly PlanCommand[];
      /** Who planned, when the whole plan is new. */
      readonly planner?: string;
      /** Asked with the new plan; those of an earlier plan are waived when the whole plan is new. */
      readonly questions?: readonly string[];
      /** The changes are those of this proposal, which is then used up. */
      readonly accepts?: number;
      /** Tasks that have been started: an amendment leaves them alone. Absent: an approved plan is not changed. */
      readonly amend?: { readonly started: readonly TaskKey[] };
      /** The revision all of it was made for: where the plan is at another one by now the answer is `moved`. Absent: any. */
      readonly expects?: number;
    }
  /** A plan and its approval in one. */
  | {
      readonly kind: "submit";
      readonly goal: string;
      readonly commands: readonly PlanCommand[];
      readonly planner: string;
    }
  | {
      readonly kind: "approve";
      readonly revision?: number;
      /** Waives open questions. */
      readonly anyway: boolean;
      /** The revision the plan comment shows and when GitHub says it was put there. */
      readonly shown?: { readonly revision: number; readonly at: string };
      /** Tasks started by now, for an amendment. */
      readonly started: readonly TaskKey[];
    }
  | { readonly kind: "cancel" }
  | { readonly kind: "answer"; readonly question: number; readonly text: string }
  /** What a discussion left: a proposal, questions. */
  | {
      readonly kind: "note";
      readonly proposal?: Pick<Proposal, "revision" | "changes">;
      readonly questions?: readonly string[];
    };

/** Whose act it is; times are GitHub's. */
export interface ActContext {
  readonly issue: number;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  readonly comment: number;
  /** sha256 (hex) of a plan's YAML. */
  readonly hashOf: (plan: Plan) => string;
  readonly maxTasks: number;
  readonly twoPersons: boolean;
}

/** What the ledger is to hold afterwards; null removes, absent stays. */
export interface NextState {
  readonly plan: Plan;
  readonly record: PlanRecord;
  readonly amendment?: Plan | null;
  readonly proposal?: Proposal | null;
  readonly foreign?: null;
}

/** `moved`: what was asked beforehand no longer fits; ask again and decide again. */
export type Acted =
  | { readonly kind: "changed"; readonly next: NextState; readonly summary: string }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "moved" };
