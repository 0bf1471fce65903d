import type { PlanBefore } from "./apply.ts";
import type { Plan, PlanRecord, PlanState, Question } from "./plan.ts";

/** The newest people see: a waiting amendment before the plan it amends. */
export function headOf({ plan, hash, amendment }: PlanState): { readonly plan: Plan; readonly hash: string } {
  return amendment ?? { plan, hash };
}

/** What a change begins with: the newest plan, open even when what it amends is approved. */
export function beforeChange(state: PlanState | undefined): PlanBefore {
  if (state === undefined) return undefined;
  const { record, foreign } = state;
  const status = record.status.kind === "approved" ? { kind: "draft" as const } : record.status;
  return { plan: headOf(state).plan, record: { ...record, status }, foreign };
}

/** Asked, and neither answered nor waived. */
export function openQuestions({ questions }: Pick<PlanRecord, "questions">): readonly Question[] {
  return (questions ?? []).filter(({ answer, waived }) => answer === undefined && waived === undefined);
}
