import type { PlannedTask, TaskKey } from "../task/task.ts";
import { changedTasks, describeChanges } from "./changed-tasks.ts";
import type { PlanCommand } from "./command.ts";
import { highestKey, keyNumber, listKeys } from "./keys.ts";
import { planLimits } from "./limits.ts";
import { reduceNeeds } from "./order.ts";
import { isPhased, mostSubIssues } from "./phases.ts";
import type { ForeignCommit, Plan, PlanRecord } from "./plan.ts";
import type { Refused } from "./refuse.ts";
import { refuse } from "./refuse.ts";
import { leaves, placeParts } from "./split.ts";
import { planProblems } from "./validate.ts";

/** A valid new plan and what changed in one line, or why not and what would be right. */
export type Applied =
  | { readonly kind: "changed"; readonly plan: Plan; readonly summary: string; readonly lastKey: number }
  | Refused;

/** A plan and what of its record matters here; undefined before the first `/plan`. */
export type PlanBefore =
  | {
      readonly plan: Plan;
      readonly record: Pick<PlanRecord, "status" | "lastKey" | "tasks" | "phases">;
      /** Somebody else's commit made the text: to send it unchanged is to answer for it. */
      readonly foreign?: ForeignCommit;
    }
  | undefined;

/** What the repository allows, within `planLimits`. */
export interface ApplyLimits {
  /** A plan that has more already may stay so, and shrink. */
  readonly tasks: number;
}

/** Said wherever a command needs a plan and there is none. */
export const noPlan = "there is no plan on this issue yet; start one with /plan and what you want";

/** Applies one command; keys are never used twice, needs never dangle or cycle. */
export function apply(before: PlanBefore, command: PlanCommand, limits: ApplyLimits = planLimits): Applied {
  const closed = whyClosed(before?.record, command);
  if (closed !== undefined) return refuse(closed);
  const changed = before === undefined ? begin(command) : change(before, command);
  return changed.kind === "refused" ? changed : settle(before, changed, limits);
}

/** Several commands in order, all or none; the summaries joined. */
export function applyAll(
  before: PlanBefore,
  commands: readonly PlanCommand[],
  limits: ApplyLimits = planLimits,
): Applied {
  let applied: Applied = refuse("nothing to change");
  let state = before;
  const summaries: string[] = [];
  for (const command of commands) {
    applied = apply(state, command, limits);
    if (applied.kind === "refused") return applied;
    summaries.push(applied.summary);
    const { plan, lastKey } = applied;
    state = { plan, record: { status: { kind: "draft" }, lastKey, tasks: before?.record.tasks ?? {} } };
  }
  return applied.kind === "changed" ? { ...applied, summary: summaries.join("; ") } : applied;
}

/** A task of that key, or the refusal that says which keys there are. */
export function findTask(plan: Plan, key: TaskKey): PlannedTask | Refused {
  const task = plan.tasks.find((one) => one.key === key);
  return task ?? refuse(`${key} is not in this plan; it has ${listKeys(plan.tasks.map((one) => one.key))}`);
}

type Open = NonNullable<PlanBefore>;
type Change = { readonly kind: "plan"; readonly plan: Plan; readonly summary: string } | Refused;

function whyClosed(record: Pick<PlanRecord, "status"> | undefined, command: PlanCommand): string | undefined {
  switch (record?.status.kind) {
    case "approved":
      return `the plan was approved as r${record.status.approval.revision} by ${record.status.approval.by}; /amend changes what has not been started`;
    case "done":
      return "the plan is done; open another issue for more work";
    case "cancelled":
      return command.kind === "plan" ? undefined : "the plan was cancelled; start again with /plan";
    default:
      return undefined;
  }
}

function begin(command: PlanCommand): Change {
  return command.kind === "plan" ? changed(replaceAll(undefined, command), "planned") : refuse(noPlan);
}

function change(before: Open, command: PlanCommand): Change {
  switch (command.kind) {
    case "plan":
      return changed(replaceAll(before, command), "planned again");
    case "add":
      return add(before, command);
    case "remove":
      return remove(before, command.key);
    case "modify":
      return modify(before, command);
    case "split":
      return split(before, command);
    case "edit":
      return edit(before, command);
    case "restore":
      return changed({ goal: command.goal, tasks: command.tasks }, `went back to r${command.revision}`);
  }
}

function replaceAll(before: PlanBefore, { goal, tasks }: Extract<PlanCommand, { kind: "plan" }>): Plan {
  return { goal, tasks: renumber(tasks, highestKey(before?.plan, before?.record)) };
}

/** The tasks with keys above `offset`, in their order, and the needs among them accordingly. */
function renumber(tasks: readonly PlannedTask[], offset: number): readonly PlannedTask[] {
  const renamed = new Map<TaskKey, TaskKey>(tasks.map((task, index) => [task.key, `T${offset + index + 1}`]));
  const rename = (key: TaskKey): TaskKey => renamed.get(key) ?? key;
  return tasks.map((task) => ({ ...task, key: rename(task.key), needs: task.needs.map(rename) }));
}

function add({ plan, record }: Open, { task }: Extract<PlanCommand, { kind: "add" }>): Change {
  const missing = task.needs.map((need) => findTask(plan, need)).find((one) => "kind" in one);
  if (missing !== undefined && "kind" in missing) return missing;
  const key: TaskKey = `T${highestKey(plan, record) + 1}`;
  return changed({ ...plan, tasks: [...plan.tasks, { ...task, key }] }, `added ${key} (${task.title})`);
}

function remove({ plan }: Open, key: TaskKey): Change {
  const gone = findTask(plan, key);
  if ("kind" in gone) return gone;
  if (plan.tasks.length === 1) return refuse(`${key} is the plan's only task; a plan needs at least one`);
  const tasks = rewire(
    plan.tasks.filter((task) => task.key !== key),
    key,
    gone.needs,
  );
  return changed({ ...plan, tasks }, `removed ${key} (${gone.title})`);
}

/** What waited for a task that goes waits for others instead. */
function rewire(tasks: readonly PlannedTask[], gone: TaskKey, instead: readonly TaskKey[]): readonly PlannedTask[] {
  return tasks.map((task) => {
    if (!task.needs.includes(gone)) return task;
    return { ...task, needs: [...new Set(task.needs.flatMap((need) => (need === gone ? instead : [need])))] };
  });
}

function modify({ plan }: Open, { key, change }: Extract<PlanCommand, { kind: "modify" }>): Change {
  const old = findTask(plan, key);
  if ("kind" in old) return old;
  const tasks = plan.tasks.map((task) => (task.key === key ? { ...task, ...change, key } : task));
  const fields = Object.keys(change).join(", ");
  return changed({ ...plan, tasks }, `changed ${key} (${fields === "" ? "nothing" : fields})`);
}

function split({ plan, record }: Open, { key, parts }: Extract<PlanCommand, { kind: "split" }>): Change {
  const whole = findTask(plan, key);
  if ("kind" in whole) return whole;
  if (parts.length < 2) return refuse(`a split needs at least two parts; ${key} was cut into ${parts.length}`);
  const keys = parts.map((part) => part.key);
  const unknown = parts.flatMap(({ needs }) => needs).find((need) => !keys.includes(need));
  if (unknown !== undefined) return refuse(`a part of ${key} needs ${unknown}; the parts are ${listKeys(keys)}`);
  const numbered = renumber(parts, highestKey(plan, record));
  const rewired = rewire(plan.tasks, key, leaves(numbered));
  const names = listKeys(numbered.map((part) => part.key));
  return changed({ ...plan, tasks: placeParts(rewired, whole, numbered) }, `split ${key} into ${names}`);
}

function edit(before: Open, { goal, tasks }: Extract<PlanCommand, { kind: "edit" }>): Change {
  const highest = highestKey(before.plan, before.record);
  const known = new Set(before.plan.tasks.map((task) => task.key));
  const wrong = tasks.find(({ key }) => !known.has(key) && !isNewKey(key, highest));
  if (wrong !== undefined) return refuse(wrongKey(wrong.key, highest));
  const plan = { goal, tasks };
  const difference = changedTasks(before.plan, plan);
  const words = [...(goal === before.plan.goal ? [] : ["changed the goal"]), ...describeChanges(difference)];
  const moved = plan.tasks.some(({ key }, index) => before.plan.tasks[index]?.key !== key);
  if (words.length > 0 || moved)
    return changed(plan, `edited: ${moved && words.length === 0 ? "moved tasks" : words.join(", ")}`);
  if (before.foreign === undefined) return refuse("that is the plan as it is; change something in it");
  return changed(plan, "took over what somebody else's commit made of it");
}

/** A new key lies above every key ever given, and not so far above that keys would run out. */
export function isNewKey(key: TaskKey, highest: number): boolean {
  return keyNumber(key) > highest && keyNumber(key) <= highest + planLimits.tasks;
}

/** Why a key that is not in the plan cannot be given to a new task. */
export function wrongKey(key: TaskKey, highest: number): string {
  const next = `leave the key out for a new task, or write T${highest + 1}`;
  return keyNumber(key) > highest
    ? `${key} is too far above T${highest}, the highest key so far; ${next}`
    : `${key} is not in this plan any more, and a key is never given twice; ${next}`;
}

function changed(plan: Plan, summary: string): Change {
  return { kind: "plan", plan, summary };
}

function settle(
  before: PlanBefore,
  { plan, summary }: Exclude<Change, Refused>,
  { tasks: most }: ApplyLimits,
): Applied {
  const { length } = plan.tasks;
  if (length > most && length <= planLimits.tasks && length > (before?.plan.tasks.length ?? 0)) {
    return refuse(`the plan would have ${length} tasks; at most ${most} are allowed here`);
  }
  const full = whyFull(before, plan);
  if (full !== undefined) return refuse(full);
  const problems = planProblems(plan);
  if (problems.length > 0) return refuse(problems.join("; "));
  const lastKey = Math.max(highestKey(before?.plan, before?.record), highestKey(plan, undefined));
  return { kind: "changed", plan: { ...plan, tasks: reduceNeeds(plan.tasks) }, summary, lastKey };
}

/** GitHub counts closed sub-issues too: those of tasks that are no more take places. */
function whyFull(before: PlanBefore, plan: Plan): string | undefined {
  const keys = new Set<string>(plan.tasks.map(({ key }) => key));
  const made = Object.keys(before?.record.tasks ?? {});
  const closed = made.filter((key) => !keys.has(key)).length;
  const count = closed + plan.tasks.length;
  const phased = isPhased(plan, before?.record);
  if (made.length === 0 || count <= (phased ? planLimits.tasks : mostSubIssues)) return undefined;
  if (plan.tasks.length > planLimits.tasks) return undefined;
  const gone = closed === 0 ? "" : `, ${closed} of them of tasks that are gone`;
  return phased
    ? `the plan would have ${count} task issues${gone}; at most ${planLimits.tasks} are allowed: use another issue for more work`
    : `the plan's issue would have ${count} sub-issues${gone}; GitHub allows ${mostSubIssues}: use another issue for more work`;
}
