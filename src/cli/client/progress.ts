import { branchName } from "../../core/lease/lease.ts";
import { topologicalOrder } from "../../core/plan/order.ts";
import { phaseParentsOf } from "../../core/plan/phases.ts";
import type { PlanState } from "../../core/plan/plan.ts";
import { pausedLabel, stateLabelNames } from "../../core/queue/labels.ts";
import type { PullView } from "../../core/queue/snapshot.ts";
import { fullName } from "../../core/repository.ts";
import type { PlannedTask, TaskKey } from "../../core/task/task.ts";
import type { PlanView } from "../../ports/forge/plan-views.ts";
import type { ReportedTask } from "./hub.ts";
import type { Place } from "./open-place.ts";

/** How far each task of a plan is: by the hub's word where there is one, else by what its issues show. */
export async function progressOf(place: Place, state: PlanState): Promise<readonly ReportedTask[]> {
  const { kind } = state.record.status;
  if (kind === "draft") return state.plan.tasks.map((task) => plannedTask(task));
  const listed = await place.hub?.plans();
  const here = fullName(place.forge.repository);
  const known = listed?.find(({ repository, issue }) => repository === here && issue === state.record.issue);
  if (known !== undefined && known.progress.length > 0) return known.progress;
  return readProgress(state, await observe(place, state));
}

function observe(place: Place, { plan, record }: PlanState): Promise<PlanView> {
  const branches = plan.tasks.flatMap(({ key, title }) => {
    const issue = record.tasks[key];
    return issue === undefined ? [] : [branchName(issue.number, title)];
  });
  return place.forge.plans.observe({ issue: record.issue, parents: phaseParentsOf(record), branches });
}

/** What labels, closed issues and pull requests say of each task; attempts and workers only the hub knows. */
export function readProgress({ plan, record }: PlanState, view: PlanView): readonly ReportedTask[] {
  const states = new Map<TaskKey, ReportedTask>();
  for (const task of topologicalOrder(plan.tasks)) {
    const number = record.tasks[task.key]?.number;
    const issue = view.issues.find((candidate) => candidate.number === number);
    if (number === undefined || issue === undefined) {
      const isNext = task.needs.every((key) => states.get(key)?.state === "done");
      states.set(task.key, { ...plannedTask(task), ...(isNext ? { moves: true } : {}) });
      continue;
    }
    const pull = view.pulls.find(({ branch }) => branch === branchName(number, task.title));
    states.set(task.key, { ...stateOf(issue, task, states), ...about(task), issue: number, ...pullOf(pull) });
  }
  return plan.tasks.flatMap(({ key }) => states.get(key) ?? []);
}

type Reading = Pick<ReportedTask, "state" | "ready" | "line" | "moves">;
type ViewedIssue = PlanView["issues"][number];

function stateOf(issue: ViewedIssue, task: PlannedTask, others: ReadonlyMap<TaskKey, ReportedTask>): Reading {
  const is = (state: ReportedTask["state"], line = ""): Reading => ({ state, ready: false, line });
  if (issue.state === "closed")
    return issue.reason === "completed" ? is("done") : is("dropped", "closed, not completed");
  const label = stateLabelNames.find((name) => issue.labels.includes(name));
  if (label === "coppice:failed") return is("failed", "its issue says why");
  if (label === "coppice:running") return { ...is("running"), moves: true };
  if (label === "coppice:review") return is("review");
  if (issue.labels.includes(pausedLabel)) return is("paused");
  const open = task.needs.map((key) => others.get(key)).filter((need) => need !== undefined && need.state !== "done");
  const dead = open.find((need) => need && ["failed", "dropped", "blocked"].includes(need.state));
  if (dead) return is("blocked", `${dead.key} ${dead.state}`);
  if (open.length > 0) return is("queued", `waits for ${open.map((need) => need?.key).join(", ")}`);
  return { state: "queued", ready: true, moves: true, line: "waits for a free worker" };
}

function plannedTask(task: PlannedTask): ReportedTask {
  return { ...about(task), state: "planned", ready: false, line: "" };
}

function about({ key, title }: PlannedTask): Pick<ReportedTask, "key" | "title" | "attempts"> {
  return { key, title, attempts: 0 };
}

function pullOf(pull: PullView | undefined): Pick<ReportedTask, "pull"> {
  return pull === undefined ? {} : { pull: { number: pull.number, url: pull.url } };
}

/** Something failed, nothing goes on by itself, and nobody is asked to review or to resume: only somebody's help can end this plan. */
export function isStuck(tasks: readonly ReportedTask[]): boolean {
  return tasks.some(isDead) && tasks.every((task) => task.state === "done" || isDead(task) || waitsForOthers(task));
}

function isDead({ state }: ReportedTask): boolean {
  return state === "failed" || state === "dropped" || state === "blocked";
}

/** For other tasks, or for room that they do not leave. */
function waitsForOthers({ state, ready, moves }: ReportedTask): boolean {
  return (state === "planned" || state === "queued") && !ready && moves !== true;
}
