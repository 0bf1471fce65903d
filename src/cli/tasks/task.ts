import { CoppiceError } from "../../core/errors.ts";
import { goalTitle } from "../../core/plan/goal-title.ts";
import { headOf } from "../../core/plan/head.ts";
import type { PlanState } from "../../core/plan/plan.ts";
import type { PlannedTask } from "../../core/task/task.ts";
import { visibleText } from "../../wire/visible-text.ts";
import type { ReportedTask } from "../client/hub.ts";
import type { Place } from "../client/open-place.ts";
import type { PlaceFlags } from "../client/options.ts";
import { issueUrl, needPlan } from "../client/plan.ts";
import { progressOf } from "../client/progress.ts";
import { print, printJson, withPlace } from "../client/with-place.ts";
import { exitCodes } from "../failure.ts";
import { markdownText } from "../screen/markdown-text.ts";
import { line } from "../screen/plan-screen.ts";
import { type Screen, screenOf, wrap } from "../screen/screen.ts";
import type { TaskName } from "./command.ts";

interface Shown {
  readonly state: PlanState;
  readonly task: PlannedTask;
  readonly progress?: ReportedTask;
  /** What its agent said, once it is known. */
  readonly result?: string;
}

/** `coppice task <n>`: one task in full. */
export function showTask(name: TaskName, flags: PlaceFlags): Promise<number> {
  return withPlace(flags, async (place) => {
    const { state, task } = await findTask(place, name);
    const { issue } = state.record;
    const progress = (await progressOf(place, state)).find(({ key }) => key === task.key);
    const result = await place.plans.file(issue, `tasks/${task.key}/result.md`);
    if (flags.json) {
      const number = state.record.tasks[task.key]?.number;
      printJson({ plan: issue, ...task, ...progress, issue: number, url: number && issueUrl(place, number), result });
    } else print(describe(place, { state, task, progress, result }, screenOf(process.stdout)));
    return exitCodes.done;
  });
}

/** In the plan, or in the amendment that waits. Throws CoppiceError bad-input that says which tasks there are. */
export async function findTask(
  place: Pick<Place, "title"> & { readonly plans: Pick<Place["plans"], "doubt" | "load" | "list"> },
  name: TaskName,
): Promise<{ state: PlanState; task: PlannedTask }> {
  if ("plan" in name) {
    const state = await needPlan(place, name.plan);
    const all = [...state.plan.tasks, ...headOf(state).plan.tasks];
    const task = all.find(({ key }) => key === name.key);
    if (task !== undefined) return { state, task };
    const keys = [...new Set(all.map(({ key }) => key))].join(", ");
    throw new CoppiceError("bad-input", `${name.key} is not in plan #${name.plan}; it has ${keys || "no tasks"}`);
  }
  place.plans.doubt();
  for (const state of await place.plans.list()) {
    const task = state.plan.tasks.find(({ key }) => state.record.tasks[key]?.number === name.issue);
    if (task !== undefined) return { state, task };
  }
  const line = `#${name.issue} is no task of a plan in ${place.title}; coppice status shows them with their numbers`;
  throw new CoppiceError("bad-input", line);
}

function describe(place: Place, { state, task, progress, result }: Shown, screen: Screen): string {
  const { colors, width } = screen;
  const { issue, tasks } = state.record;
  const number = tasks[task.key]?.number;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["Plan", `#${issue} ${line(goalTitle(state.plan.goal), 100)}`],
    ["State", progress && [progress.state, progress.line].filter(Boolean).join(": ")],
    ["Worker", progress?.worker && [progress.worker, progress.agent].filter(Boolean).join(", ")],
    ["Attempt", progress?.attempt === undefined ? undefined : `${progress.attempt} of ${progress.attempts}`],
    ["Pull request", progress?.pull && `#${progress.pull.number} ${progress.pull.url}`],
    ["Issue", number === undefined ? undefined : `#${number} ${issueUrl(place, number)}`],
    ["Specialist", task.specialist],
    ["After", task.needs.join(", ") || undefined],
    ["Priority", task.priority],
    ["Time", task.estimateMinutes === undefined ? undefined : `about ${task.estimateMinutes} min`],
    ["Touches", task.touches.join(", ") || undefined],
  ];
  return [
    colors.bold(`${task.key} ${line(task.title, 200)}`),
    "",
    ...facts.flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [wrap(`  ${name.padEnd(13)} ${line(`${value}`, 500)}`, width, 16)],
    ),
    ...section("What to do", markdownText(task.description, screen), screen),
    ...section(
      "It is done when",
      task.acceptance.map((one) => wrap(`- ${line(one, 500)}`, width, 2)).join("\n"),
      screen,
    ),
    ...section("What its agent said", result && markdownText(visibleText(result), screen), screen),
  ].join("\n");
}

function section(title: string, text: string | undefined, { colors }: Screen): readonly string[] {
  return text === undefined || text.trim() === "" ? [] : ["", colors.bold(title), "", text];
}
