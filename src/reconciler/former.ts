import { highestKey, keyNumber } from "../core/plan/keys.ts";
import type { PlanState } from "../core/plan/plan.ts";
import type { PlannedTask, TaskKey } from "../core/task/task.ts";
import type { PlanView } from "../ports/forge/plan-views.ts";

type ViewedIssue = PlanView["issues"][number];

/**
 * Issues of tasks the plan no longer has, by the ledger's word or their marker. A key above all this ledger knows of is
 * newer than what was read of it, and none of these.
 */
export function formerTasks(
  { state }: { readonly state: PlanState },
  view: PlanView,
): readonly { readonly task: PlannedTask; readonly issue: ViewedIssue }[] {
  const { plan, record } = state;
  const planned = new Set(plan.tasks.map(({ key }) => key));
  const highest = highestKey(plan, record);
  const recorded = recordedKeys(record);
  const taken = new Set<TaskKey>();
  return [...view.issues]
    .sort((a, b) => a.number - b.number)
    .flatMap((issue) => {
      const key = recorded.get(issue.number) ?? issue.key;
      if (key === undefined || planned.has(key) || taken.has(key) || keyNumber(key) > highest) return [];
      taken.add(key);
      return [{ task: remainsOf(key, issue), issue }];
    });
}

function recordedKeys({ tasks }: PlanState["record"]): ReadonlyMap<number, TaskKey> {
  return new Map(
    Object.entries(tasks).flatMap(([name, issue]): [number, TaskKey][] =>
      issue === undefined ? [] : [[issue.number, `T${Number(name.slice(1))}`]],
    ),
  );
}

/** What an issue still says of its task: enough to know its branch. */
function remainsOf(key: TaskKey, { title }: ViewedIssue): PlannedTask {
  return {
    ...{ key, title, description: "", acceptance: [], needs: [], touches: [] },
    ...{ specialist: "", phase: "implementation", priority: "normal" },
  };
}
