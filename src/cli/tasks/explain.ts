import { headOf } from "../../core/plan/head.ts";
import type { PlanState } from "../../core/plan/plan.ts";
import { explanationLine } from "../../core/queue/explanation-line.ts";
import { fullName } from "../../core/repository.ts";
import type { TaskKey } from "../../core/task/task.ts";
import type { ExplainedTasks } from "../client/hub.ts";
import type { Place } from "../client/open-place.ts";
import type { PlaceFlags } from "../client/options.ts";
import { loadPlan } from "../client/plan.ts";
import { progressOf } from "../client/progress.ts";
import { print, printJson, withPlace } from "../client/with-place.ts";
import { exitCodes } from "../failure.ts";
import { line } from "../screen/plan-screen.ts";
import { type Screen, screenOf, wrap } from "../screen/screen.ts";
import type { TaskName } from "./command.ts";
import { findTask } from "./task.ts";

type Explained = ExplainedTasks["tasks"][number];

/** `coppice explain <n>`: one task in full, or one line for each task of a plan. */
export function explain(name: TaskName, flags: PlaceFlags): Promise<number> {
  return withPlace(flags, async (place) => {
    const { state, key } = await findSubject(place, name);
    const { plan, tasks } = await explanations(place, state);
    const wanted = key === undefined ? tasks : [tasks.find((task) => task.key === key) ?? amended(state, key)];
    if (flags.json) printJson(key === undefined ? { plan, tasks } : { plan, ...wanted[0] });
    else print(describe(wanted, { whole: key === undefined, screen: screenOf(process.stdout) }));
    return exitCodes.done;
  });
}

/** A number is a plan's before it is a task's: a plan's issue is no task of its own. */
async function findSubject(place: Place, name: TaskName): Promise<{ state: PlanState; key?: TaskKey }> {
  const plan = "plan" in name ? undefined : await loadPlan(place, name.issue);
  if (plan !== undefined) return { state: plan };
  const { state, task } = await findTask(place, name);
  return { state, key: task.key };
}

/** Only the amendment that waits has it. */
function amended(state: PlanState, key: TaskKey): Explained {
  const title = headOf(state).plan.tasks.find((task) => task.key === key)?.title ?? key;
  const { revision } = state.record;
  const line = `amendment r${revision} waits for approval`;
  const help = [`/approve r${revision} takes the amendment, /undo drops it`];
  return { key, title, state: "planned", rule: "amendment", line, behind: [], help };
}

/** By the hub's word where there is one; else by what issues, labels and pull requests show, which is less. */
async function explanations(place: Place, state: PlanState): Promise<ExplainedTasks> {
  const { issue } = state.record;
  const known =
    state.record.status.kind === "approved"
      ? await place.hub?.explain(fullName(place.forge.repository), issue)
      : undefined;
  if (known !== undefined) return known;
  const seen = await progressOf(place, state);
  const tasks = seen.map(({ key, title, state: at, line: reason, issue: number }): Explained => {
    const facts = { key, title, state: at, rule: at, line: reason, behind: [], help: [] };
    return number === undefined ? facts : { ...facts, issue: number };
  });
  return { plan: issue, tasks };
}

/** As the terminal shows it: a line for each task of a `whole` plan, or one task in full. */
export function describe(tasks: readonly Explained[], { whole, screen }: { whole: boolean; screen: Screen }): string {
  const listed = new Set(tasks.map(({ key }) => key));
  return tasks.map((task) => (whole ? oneLine(task, listed, screen) : inFull(task, screen))).join("\n");
}

function oneLine(task: Explained, listed: ReadonlySet<TaskKey>, { colors, width }: Screen): string {
  const why = explanationLine(task, listed);
  const text = `${task.key.padEnd(4)} ${task.state}${why === "" ? "" : `: ${line(why, 500)}`}`;
  return wrap(colors.bold(text.slice(0, 4)) + text.slice(4), width, 5);
}

function inFull(task: Explained, { colors, width }: Screen): string {
  const number = task.issue === undefined ? "" : ` (#${task.issue})`;
  const facts: readonly (readonly [string, string])[] = [
    ["State", task.state],
    ["Why", task.line],
    ["Rule", task.rule],
    ...task.behind.map(
      (root) => ["Behind", [`${root.key} ${root.state}`, root.line].filter(Boolean).join(": ")] as const,
    ),
    ...(task.place === undefined ? [] : [["Place", `${task.place.position} of ${task.place.of} ready tasks`] as const]),
    ...(task.workers ?? []).map(({ worker, why }) => ["Worker", `${worker}: ${why}`] as const),
    ...task.help.map((one) => ["What helps", one] as const),
  ];
  return [
    colors.bold(`${task.key}${number} ${line(task.title, 200)}`),
    "",
    ...facts.flatMap(([name, value]) =>
      value === "" ? [] : [wrap(`  ${name.padEnd(11)} ${line(value, 500)}`, width, 14)],
    ),
  ].join("\n");
}
