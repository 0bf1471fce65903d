import type { SpentBudget } from "../budgets.ts";
import { budgetKey } from "../budgets.ts";
import type { Effect } from "../effects.ts";
import { budgetLine } from "../reasons.ts";
import type { Survey } from "../task-state.ts";
import type { Rule } from "./rule.ts";
import { isApproved } from "./rule.ts";

/** Each budget that keeps a task waiting is told of once, in one comment: a task's for all tasks alike. */
export const tellBudget: Rule = (survey) => {
  if (!isApproved(survey)) return [];
  const told = survey.snapshot.state.record.spentTold ?? {};
  return spentBudgets(survey).flatMap((budget): Effect[] => {
    const key = budgetKey(budget, survey.now);
    if (told[budget.scope] === key) return [];
    return [{ kind: "tell-budget", scope: budget.scope, key, line: budgetLine(budget) }];
  });
};

/** One of each scope at most. */
function spentBudgets({ snapshot, states }: Survey): readonly SpentBudget[] {
  const spent = snapshot.tasks.flatMap(({ task }) => {
    const state = states.get(task.key);
    const isSpent = state?.kind === "queued" && !state.ready && state.waiting.kind === "budget";
    return isSpent ? [state.waiting.budget] : [];
  });
  return [...new Map(spent.map((budget) => [budget.scope, budget])).values()];
}
