import type { Act } from "../../../core/plan/act.ts";
import type { PlanBefore } from "../../../core/plan/apply.ts";
import type { PlanCommand } from "../../../core/plan/command.ts";
import type { PlanState, Usage } from "../../../core/plan/plan.ts";
import type { Standing } from "../../../core/plan/steer.ts";
import type { Specialist } from "../../../core/task/specialist.ts";
import type { TaskKey } from "../../../core/task/task.ts";
import type { CommentView } from "../../../ports/forge/comments.ts";
import type { CommandedIssue } from "../../../ports/forge/issues.ts";
import type { Command, Verb } from "../../../wire/commands/command.ts";
import type { PlanningContext } from "../../planner.ts";
import type { InboxOptions, InboxPolicy } from "../options.ts";

/** What a command finds when it is its turn. */
export interface Turn {
  readonly options: Pick<InboxOptions, "forge" | "store" | "planner" | "started" | "status" | "agents" | "doneTasks">;
  readonly comment: CommentView;
  readonly commanded: CommandedIssue;
  readonly policy: InboxPolicy;
  /** The plan as the ledger has it. */
  readonly state: PlanState | undefined;
  /** The plan as the commands before this one would leave it. */
  readonly before: PlanBefore;
  /** What an amendment leaves alone; empty where nothing is amended. */
  readonly started: readonly TaskKey[];
  readonly specialists: readonly Specialist[];
  /** What a planner is told; asks for the thread where the planner reads it. */
  context(): Promise<PlanningContext>;
  /** How the plan's tasks stand, looked at once a comment. */
  standings(): Promise<ReadonlyMap<TaskKey, Standing>>;
  /** Ends what the planner is doing. */
  readonly signal: AbortSignal;
}

/** What a command comes to: changes of the plan, another act, words; or why not. */
export type Handled =
  | {
      readonly kind: "done";
      readonly changes?: readonly PlanCommand[];
      /** The changes fit only the revision they were made for. */
      readonly exact?: true;
      /** Who planned, when the whole plan is new. */
      readonly planner?: string;
      readonly questions?: readonly string[];
      /** The proposal the changes are. */
      readonly accepts?: number;
      readonly act?: Act;
      /** Markdown for the thread, already neutral; told from the plan as it is when everything is done. */
      readonly say?: (after: PlanState | undefined) => string;
      readonly usage?: Usage;
    }
  | { readonly kind: "refused"; readonly reason: string; readonly usage?: Usage };

/** Asks what must be asked before one command can be decided; changes nothing. */
export type Handler<V extends Verb> = (command: Extract<Command, { verb: V }>, turn: Turn) => Promise<Handled>;

export function refused(reason: string): Extract<Handled, { kind: "refused" }> {
  return { kind: "refused", reason };
}
