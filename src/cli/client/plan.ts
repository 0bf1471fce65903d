import { CoppiceError } from "../../core/errors.ts";
import { wasCarriedOut } from "../../core/plan/carried-out.ts";
import { headOf, openQuestions } from "../../core/plan/head.ts";
import type { PlanState } from "../../core/plan/plan.ts";
import type { Reply } from "./ask.ts";
import type { ReportedTask } from "./hub.ts";
import type { Place } from "./open-place.ts";
import { until } from "./until.ts";

/** How long the ledger may be behind what the app said, seconds. */
const patience = 20;

type Looked = Pick<Parameters<typeof until>[0], "pace" | "signal"> & {
  readonly plans: Pick<Place["plans"], "doubt" | "load">;
};

/** The plan as the ledger has it now. */
export async function loadPlan({ plans }: Pick<Looked, "plans">, issue: number): Promise<PlanState | undefined> {
  plans.doubt();
  return plans.load(issue);
}

/** The plan of this issue. Throws CoppiceError bad-input that names the plans there are. */
export async function needPlan(
  place: Pick<Place, "title"> & { readonly plans: Pick<Place["plans"], "doubt" | "load" | "list"> },
  issue: number,
): Promise<PlanState> {
  const state = await loadPlan(place, issue);
  if (state !== undefined) return state;
  const issues = (await place.plans.list()).map(({ record }) => `#${record.issue}`);
  const known = issues.slice(-10).join(", ");
  const there = issues.length === 0 ? "there are no plans yet" : `there are ${issues.length > 10 ? "… " : ""}${known}`;
  throw new CoppiceError("bad-input", `there is no plan #${issue} in ${place.title}; ${there}`);
}

/** The plan once it shows what a reply says was done; as it is when the reply changed nothing. */
export async function planAfter(place: Looked, issue: number, reply: Reply): Promise<PlanState | undefined> {
  // What is only asked for has an answer; what changes a plan has a reaction and the plan.
  const changed = reply.kind === "done" && reply.text === "";
  if (!changed) return loadPlan(place, issue);
  const shown = await until(place, patience, async () => {
    const state = await loadPlan(place, issue);
    return state !== undefined && wasCarriedOut(state, reply.comment) ? state : undefined;
  });
  return shown ?? loadPlan(place, issue);
}

/** Whether the plan says that this very comment approved it. */
export function isApprovedBy({ record: { status } }: Pick<PlanState, "record">, { comment }: Reply): boolean {
  return (status.kind === "approved" || status.kind === "done") && status.approval.comment === comment.id;
}

/** Whether somebody else changed it in the ledger: the app has noted it, or the text is not what was approved. */
export function isForeign({ record: { status }, hash, foreign }: PlanState): boolean {
  return foreign !== undefined || (status.kind === "approved" && status.approval.hash !== hash);
}

/** The address of an issue. */
export function issueUrl({ forge }: Pick<Place, "forge">, issue: number): string {
  return `${forge.url}/issues/${issue}`;
}

/** A plan in the words of `--json`. */
export function planJson(place: Pick<Place, "forge">, state: PlanState, tasks?: readonly ReportedTask[]) {
  const { record, amendment, proposal, foreign } = state;
  const { plan, hash } = headOf(state);
  const progress = new Map(tasks?.map((task) => [task.key, task]));
  return {
    issue: record.issue,
    url: issueUrl(place, record.issue),
    revision: record.revision,
    hash,
    status: record.status,
    amended: amendment !== undefined,
    goal: plan.goal,
    tasks: plan.tasks.map((task) => ({ ...task, ...progress.get(task.key) })),
    questions: openQuestions(record).map(({ number, text }) => ({ number, text })),
    ...(proposal === undefined ? {} : { proposal }),
    ...(foreign === undefined ? {} : { foreign }),
    ...(record.steering === undefined ? {} : { steering: record.steering }),
    planner: record.planner,
    usage: record.usage,
  };
}
