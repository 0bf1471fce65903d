import type { TaskKey } from "../task/task.ts";
import { approve } from "./act-approve.ts";
import { change, submit } from "./act-change.ts";
import { answer, note } from "./act-questions.ts";
import { noPlan } from "./apply.ts";
import type { PlanCommand } from "./command.ts";
import type { ForeignCommit, Plan, PlanRecord, PlanState, Proposal } from "./plan.ts";
import { refuse } from "./refuse.ts";
import { asOneRevision } from "./revise.ts";
import type { Standing } from "./steer.ts";
import { steer } from "./steer.ts";
import type { SteeringCommand } from "./steering-change.ts";
import { withoutSteering } from "./steering-change.ts";

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
  /** How the plan is to be carried out; `standing`: how the task stands, looked at afresh. */
  | { readonly kind: "steer"; readonly command: SteeringCommand; readonly standing?: Standing }
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
  readonly foreign?: ForeignCommit | null;
}

/** `moved`: what was asked beforehand no longer fits; ask again and decide again. */
export type Acted =
  | { readonly kind: "changed"; readonly next: NextState; readonly summary: string }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "moved" };

/** Does one act to the state as it is now, or says why not. */
export function act(state: PlanState | undefined, wanted: Act, context: ActContext): Acted {
  switch (wanted.kind) {
    case "change":
      return change(state, wanted, context);
    case "submit":
      return submit(state, wanted, context);
    case "approve":
      return state === undefined ? refuse(noPlan) : approve(state, wanted, context);
    case "cancel":
      return state === undefined ? refuse(noPlan) : cancel(state, context);
    case "answer":
      return state === undefined ? refuse(noPlan) : answer(state, wanted, context);
    case "note":
      return state === undefined ? refuse(noPlan) : note(state, wanted, context);
    case "steer":
      return state === undefined ? refuse(noPlan) : steer(state, wanted, context);
  }
}

/** Several acts in order, all or none; their changes become one revision. */
export function actAll(state: PlanState | undefined, acts: readonly Act[], context: ActContext): Acted {
  const approves = acts.some(({ kind }) => kind === "approve");
  if (approves && acts.some(({ kind }) => kind === "change" || kind === "submit")) {
    return refuse(
      "an approval cannot stand beside commands that change the plan; write it once you have read the result",
    );
  }
  const revision = state?.record.revision ?? 0;
  let next: NextState | undefined;
  const summaries: string[] = [];
  for (const wanted of acts) {
    if (wanted.kind === "change" && wanted.expects !== undefined && wanted.expects !== revision)
      return { kind: "moved" };
    const done = act(stateAfter(state, next, context), withoutExpectation(wanted), context);
    if (done.kind !== "changed") return done;
    next = { ...next, ...done.next };
    summaries.push(done.summary);
  }
  if (next === undefined) return refuse("nothing to do");
  return {
    kind: "changed",
    next: { ...next, record: asOneRevision(next.record, revision, context) },
    summary: summaries.filter(Boolean).join("; "),
  };
}

/** What the ledger holds once `next` is written; texts that stay keep their hash. */
export function stateAfter(
  state: PlanState | undefined,
  next: NextState | undefined,
  { hashOf }: Pick<ActContext, "hashOf">,
): PlanState | undefined {
  if (next === undefined) return state;
  const { plan, record, amendment, proposal, foreign } = next;
  const newAmendment = amendment ? { plan: amendment, hash: hashOf(amendment) } : undefined;
  return {
    plan,
    hash: plan === state?.plan ? state.hash : hashOf(plan),
    record,
    folded: state?.folded ?? [],
    amendment: amendment === undefined ? state?.amendment : newAmendment,
    proposal: proposal === undefined ? state?.proposal : (proposal ?? undefined),
    foreign: foreign === undefined ? state?.foreign : (foreign ?? undefined),
  };
}

/** Within one comment the revision moves on by its own acts; what it began with has been compared. */
function withoutExpectation(wanted: Act): Act {
  return wanted.kind === "change" ? { ...wanted, expects: undefined } : wanted;
}

function cancel({ plan, record }: PlanState, { by, at }: ActContext): Acted {
  if (record.status.kind === "cancelled") return refuse(`the plan was already cancelled by ${record.status.by}`);
  if (record.status.kind === "done") return refuse("the plan is done; there is nothing to cancel");
  const status = { kind: "cancelled" as const, by, at };
  return {
    kind: "changed",
    next: { plan, record: { ...withoutSteering(record), status }, proposal: null },
    summary: "gave the plan up",
  };
}
