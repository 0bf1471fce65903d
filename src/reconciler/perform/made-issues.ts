import type { TaskIssue } from "../../core/plan/plan.ts";
import { withMade } from "../../core/queue/creating.ts";
import type { Plans } from "../../ports/plans.ts";

/** Writes into the plan's record which issues were made for its tasks or phases, which ends the intent to; whoever writes a name down first has it. */
export async function recordMade(
  plans: Plans,
  plan: number,
  { of, issues }: { readonly of: "tasks" | "phases"; readonly issues: ReadonlyMap<string, TaskIssue> },
): Promise<void> {
  await plans.edit(plan, (state) => {
    if (state === undefined) return { answer: undefined };
    const known = { ...state.record[of] };
    const fresh = [...issues].filter(([name]) => !Object.hasOwn(known, name));
    if (fresh.length === 0) return { answer: undefined };
    const named = { ...state.record, [of]: { ...known, ...Object.fromEntries(fresh) } };
    const record = withMade(named, issues.keys());
    const message = `Plan #${plan}: issues of ${fresh.map(([name]) => name).join(", ")}`;
    return { answer: undefined, change: { plan: state.plan, record, message } };
  });
}
