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
  const spent = spentBudgets(survey).map((budget) => ({ budget, key: budgetKey(budget, survey.now) }));
  // Tasks come and go that wait for one unit or another: while what was told of holds, that is enough.
  const silent = new Set(spent.flatMap(({ budget: { scope }, key }) => (told[scope] === key ? [scope] : [])));
  const byScope = new Map(spent.map((one) => [one.budget.scope, one]));
  return [...byScope.values()].flatMap(({ budget, key }): Effect[] =>
    silent.has(budget.scope) ? [] : [{ kind: "tell-budget", scope: budget.scope, key, line: budgetLine(budget) }],
  );
};

function spentBudgets({ snapshot, states }: Survey): readonly SpentBudget[] {
  return snapshot.tasks.flatMap(({ task }) => {
    const state = states.get(task.key);
    const isSpent = state?.kind === "queued" && !state.ready && state.waiting.kind === "budget";
    return isSpent ? [state.waiting.budget] : [];
  });
}
