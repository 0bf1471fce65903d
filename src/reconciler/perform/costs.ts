import type { PlanRecord } from "../../core/plan/plan.ts";
import type { LeaseRemoval } from "../../core/queue/effects.ts";
import { addSpending, failedUnder, tally } from "../../core/queue/spending.ts";
import type { Scene } from "./performer.ts";
import { planOf } from "./performer.ts";

type Costs = NonNullable<PlanRecord["costs"]>;

/** What failed attempts cost goes into the record before the leases go that tell of it: one commit, and only where something was spent. */
export async function keepCosts(scene: Scene, leases: readonly LeaseRemoval[]): Promise<void> {
  const dear = leases.filter(hasCost);
  if (dear.length === 0) return;
  const plan = planOf(scene);
  await scene.ports.plans.edit(plan, (state) => {
    const before = state?.record.costs ?? {};
    const costs = dear.reduce(counted, before);
    if (state === undefined || costs === before) return { answer: undefined };
    const keys = dear.map(({ task }) => task).join(", ");
    const message = `Plan #${plan}: what failed attempts of ${keys} cost`.slice(0, 500);
    return { answer: undefined, change: { plan: state.plan, record: { ...state.record, costs }, message } };
  });
}

function hasCost({ held }: LeaseRemoval): boolean {
  const { tokens, dollars, seconds } = addSpending(failedUnder(held.lease).map(({ spending }) => spending));
  return tokens + dollars + seconds > 0;
}

/** A crash between the commit and the removal leaves a lease that was counted. */
function counted(costs: Costs, { task, held }: LeaseRemoval): Costs {
  const before = costs[task];
  const sum = before?.lease === held.oid ? undefined : tally(before, failedUnder(held.lease));
  return sum === undefined ? costs : { ...costs, [task]: { ...sum, lease: held.oid } };
}
