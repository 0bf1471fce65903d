import type { PlanState } from "../../core/plan/plan.ts";
import type { ReportedTask } from "../client/hub.ts";
import type { Place } from "../client/open-place.ts";
import type { PlaceFlags } from "../client/options.ts";
import { issueUrl, needPlan, planJson } from "../client/plan.ts";
import { progressOf } from "../client/progress.ts";
import { print, printJson, withPlace } from "../client/with-place.ts";
import { exitCodes } from "../failure.ts";
import { count, formatProgress, line, standing } from "../screen/plan-screen.ts";
import { type Screen, screenOf } from "../screen/screen.ts";

interface Standing {
  readonly state: PlanState;
  readonly tasks: readonly ReportedTask[];
}

/** `coppice status [n]`: the tasks of one plan, or of every plan that is approved and not done. */
export function status(issue: number | undefined, flags: PlaceFlags): Promise<number> {
  return withPlace(flags, async (place) => {
    const plans = issue === undefined ? await approvedPlans(place) : [await needPlan(place, issue)];
    const standings: Standing[] = [];
    for (const state of plans) standings.push({ state, tasks: await progressOf(place, state) });
    const workers = await place.hub?.workers();
    if (flags.json) {
      printJson({ plans: standings.map(({ state, tasks }) => planJson(place, state, tasks)), workers });
      return exitCodes.done;
    }
    const screen = screenOf(process.stdout);
    if (standings.length === 0)
      print(`Nothing is approved and unfinished in ${place.title}; coppice plan-list shows all plans.`);
    for (const standing of standings) print(`${describe(place, standing, screen)}\n`);
    const goesOn = standings.length === 0 || standings.some(({ state }) => state.record.status.kind === "approved");
    if (workers !== undefined && goesOn) print(sayWorkers(workers.filter(({ connected }) => connected)));
    return exitCodes.done;
  });
}

async function approvedPlans(place: Place): Promise<readonly PlanState[]> {
  place.plans.doubt();
  return (await place.plans.list()).filter(({ record }) => record.status.kind === "approved");
}

function describe(place: Place, { state, tasks }: Standing, screen: Screen): string {
  const { issue, revision } = state.record;
  const done = tasks.filter((task) => task.state === "done").length;
  return [
    screen.colors.bold(
      `Plan #${issue} r${revision}: ${standing(state)}, ${done} of ${count(tasks.length, "task")} done`,
    ),
    line(state.plan.goal, 300),
    "",
    formatProgress(tasks, screen),
    "",
    screen.colors.dim(issueUrl(place, issue)),
  ].join("\n");
}

function sayWorkers(workers: readonly { readonly slots: number; readonly free: number }[]): string {
  if (workers.length === 0) return "No worker is connected: coppice run --agent … starts one.";
  const free = workers.reduce((sum, worker) => sum + worker.free, 0);
  const slots = workers.reduce((sum, worker) => sum + worker.slots, 0);
  return `${count(workers.length, "worker")}, ${free} of ${count(slots, "slot")} free`;
}
