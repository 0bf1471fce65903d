import { goalTitle } from "../../core/plan/goal-title.ts";
import { headOf } from "../../core/plan/head.ts";
import type { PlanState } from "../../core/plan/plan.ts";
import type { Place } from "../client/open-place.ts";
import type { PlaceFlags } from "../client/options.ts";
import { issueUrl } from "../client/plan.ts";
import { print, printJson, withPlace } from "../client/with-place.ts";
import { exitCodes } from "../failure.ts";
import { count, line, standing } from "../screen/plan-screen.ts";
import { screenOf } from "../screen/screen.ts";
import { formatTable } from "../screen/table.ts";

/** `coppice plan-list`: every plan of the repository, the newest last. */
export function listPlans(flags: PlaceFlags): Promise<number> {
  return withPlace(flags, async (place) => {
    place.plans.doubt();
    const [plans, broken] = [await place.plans.list(), await place.plans.broken()];
    const sorted = [...plans].sort((one, other) => one.record.issue - other.record.issue);
    if (flags.json) printJson({ plans: sorted.map((state) => listed(place, state)), broken });
    else print(text(place, sorted));
    for (const { issue, problem } of broken) {
      process.stderr.write(`coppice: plan #${issue} cannot be read: ${line(problem, 300)}\n`);
    }
    return broken.length === 0 ? exitCodes.done : exitCodes.failed;
  });
}

function text(place: Place, plans: readonly PlanState[]): string {
  if (plans.length === 0) return `No plans in ${place.title} yet; begin one: coppice plan "<goal>"`;
  const rows = plans.map((state) => [
    `#${state.record.issue}`,
    line(goalTitle(headOf(state).plan.goal), 300),
    `r${state.record.revision}`,
    `${headOf(state).plan.tasks.length}`,
    standing(state),
  ]);
  const head = ["Plan", "Goal", "Rev.", "Tasks", "State"];
  return `${count(plans.length, "plan")} in ${place.title}\n\n${formatTable({ head, rows, flexible: 1 }, screenOf(process.stdout))}`;
}

function listed(place: Place, state: PlanState) {
  const { issue, revision, status } = state.record;
  const { plan, hash } = headOf(state);
  return { issue, url: issueUrl(place, issue), goal: plan.goal, revision, hash, status, tasks: plan.tasks.length };
}
