import type { ForeignCommit, Plan, PlanRecord, PlanState, Proposal } from "../core/plan/plan.ts";
import type { Oid } from "../core/repository.ts";
import type { LedgerFile } from "./forge/ledger.ts";

/** What an edit of a plan wants: new contents, or nothing. `answer` is given back to the caller. */
export interface PlanEdit<Answer> {
  readonly change?: {
    readonly plan: Plan;
    readonly record: PlanRecord;
    /** null: there is none any more; absent: as it was. */
    readonly amendment?: Plan | null;
    readonly proposal?: Proposal | null;
    /** null: the foreign commit has been dealt with; absent: as it was. */
    readonly foreign?: ForeignCommit | null;
    /** More files of the same commit: results, runs, artifacts. */
    readonly files?: readonly LedgerFile[];
    /** The commit's message: one line, why. */
    readonly message: string;
  };
  readonly answer: Answer;
}

/** The plans of one repository in its ledger. */
export interface Plans {
  list(): Promise<readonly PlanState[]>;
  /** Plans whose files cannot be read, with the place and what is wrong, one line each. */
  broken(): Promise<readonly { readonly issue: number; readonly problem: string }[]>;
  load(issue: number): Promise<PlanState | undefined>;
  /** The plan as an earlier revision had it; undefined when that is not kept any more (the last 100 are). */
  revision(issue: number, revision: number): Promise<Plan | undefined>;
  /** A ledger file below `plans/<issue>/`, e.g. `tasks/T1/result.md`. */
  file(issue: number, path: string): Promise<string | undefined>;
  /** Compare-and-swap: `edit` is called again on the newer state when somebody else committed first (at most 8 times). */
  edit<Answer>(issue: number, edit: (state: PlanState | undefined) => PlanEdit<Answer>): Promise<Answer>;
  /** Somebody else may have changed the ledger: it is read again before the next answer. With its new head: unless that is known. */
  doubt(head?: Oid): void;
}
