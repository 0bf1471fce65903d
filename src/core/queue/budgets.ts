import type { Policy } from "./policy.ts";
import type { Snapshot, TaskSnapshot } from "./snapshot.ts";
import type { Spending } from "./spending.ts";
import { addSpending, nothingSpent, spendingOf, startOfDay } from "./spending.ts";

/** What may be spent; what is not named is not limited. */
export interface Allowance {
  readonly tokens?: number;
  /** US dollars. */
  readonly dollars?: number;
  /** Of agents at work, all of them together. */
  readonly minutes?: number;
}

export const budgetScopes = ["task", "plan", "day"] as const;
/** One task with all its attempts; one plan with its planning; everything in the repository on one day (UTC). */
export type BudgetScope = (typeof budgetScopes)[number];

export type Budget = Readonly<Partial<Record<BudgetScope, Allowance>>>;

export const budgetUnits = ["tokens", "dollars", "minutes"] as const;
export type BudgetUnit = (typeof budgetUnits)[number];

/** A budget that is spent. */
export interface SpentBudget {
  readonly scope: BudgetScope;
  readonly unit: BudgetUnit;
  readonly limit: number;
}

/** What keeps every task of the plan from starting; the day's comes first, because it goes by. */
export function spentOfPlan(snapshot: Snapshot, { budget }: Pick<Policy, "budget">): SpentBudget | undefined {
  return (
    spentOf("day", budget, snapshot.today ?? nothingSpent) ??
    (budget.plan === undefined ? undefined : spentOf("plan", budget, planSpending(snapshot)))
  );
}

/** What keeps this one task from starting again. */
export function spentOfTask(
  { spent }: Pick<TaskSnapshot, "spent">,
  { budget }: Pick<Policy, "budget">,
): SpentBudget | undefined {
  return spent === undefined ? undefined : spentOf("task", budget, spent);
}

/** Planning and every attempt, of tasks too that the plan no longer has, and whose issues nobody sees any more. */
function planSpending({ state, tasks, former = [] }: Snapshot): Spending {
  const all = [...tasks, ...former];
  const seen = new Set<string>(all.map(({ task }) => task.key));
  const unseen = Object.entries(state.record.costs ?? {}).flatMap(([key, costs]) =>
    costs === undefined || seen.has(key) ? [] : [costs.thatDay, costs.before],
  );
  return addSpending([spendingOf(state.record.usage), ...all.map(({ spent = nothingSpent }) => spent), ...unseen]);
}

/** What stays the same while the same budget is spent: whoever was told once is not told again. */
export function budgetKey({ scope, unit, limit }: SpentBudget, now: number): string {
  const day = scope === "day" ? ` ${new Date(startOfDay(now)).toISOString().slice(0, 10)}` : "";
  return `${scope}${day} ${limit} ${unit}`;
}

/** `50,000 tokens`, `$2.50`, `90 minutes`. */
export function budgetAmount({ unit, limit }: Pick<SpentBudget, "unit" | "limit">): string {
  if (unit === "dollars") return `$${limit.toFixed(2)}`;
  return `${limit.toLocaleString("en-US")} ${limit === 1 ? unit.slice(0, -1) : unit}`;
}

function spentOf(scope: BudgetScope, budget: Budget, { tokens, dollars, seconds }: Spending): SpentBudget | undefined {
  const allowance = budget[scope];
  if (allowance === undefined) return undefined;
  const spent = { tokens, dollars, minutes: seconds / 60 };
  for (const unit of budgetUnits) {
    const limit = allowance[unit];
    if (limit !== undefined && spent[unit] >= limit) return { scope, unit, limit };
  }
  return undefined;
}
