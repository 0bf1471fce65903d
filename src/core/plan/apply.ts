import type { PlannedTask, TaskKey } from "../task/task.ts";
import type { PlanCommand } from "./command.ts";
import { highestKey, listKeys } from "./keys.ts";
import { reduceNeeds } from "./order.ts";
import type { Plan, PlanRecord } from "./plan.ts";
import { planProblems } from "./validate.ts";

/** A valid new plan and what changed in one line, or why not and what would be right. */
export type Applied =
  | { readonly kind: "changed"; readonly plan: Plan; readonly summary: string; readonly lastKey: number }
  | { readonly kind: "refused"; readonly reason: string };

/** A plan and what of its record matters here; undefined before the first `/plan`. */
export type PlanBefore =
  | { readonly plan: Plan; readonly record: Pick<PlanRecord, "status" | "lastKey" | "tasks"> }
  | undefined;

/** Applies one command; keys are never used twice, needs never dangle or cycle. */
export function apply(before: PlanBefore, command: PlanCommand): Applied {
  const closed = whyClosed(before?.record, command);
  if (closed !== undefined) return refuse(closed);
  if (command.kind === "plan") return settle(before, replaceAll(before, command), before ? "planned again" : "planned");
  if (before === undefined) return refuse("there is no plan on this issue yet; start one with /plan <goal>");
  switch (command.kind) {
    case "add":
      return add(before, command);
    case "remove":
      return remove(before, command.key);
    case "modify":
      return modify(before, command);
  }
}

/** Several commands in order, all or none; the summaries joined. */
export function applyAll(before: PlanBefore, commands: readonly PlanCommand[]): Applied {
  let applied: Applied = refuse("nothing to change");
  let state = before;
  const summaries: string[] = [];
  for (const command of commands) {
    applied = apply(state, command);
    if (applied.kind === "refused") return applied;
    summaries.push(applied.summary);
    const { plan, lastKey } = applied;
    state = { plan, record: { status: { kind: "draft" }, lastKey, tasks: before?.record.tasks ?? {} } };
  }
  return applied.kind === "changed" ? { ...applied, summary: summaries.join("; ") } : applied;
}

/** A task of that key, or the refusal that says which keys there are. */
export function findTask(
  plan: Plan,
  key: TaskKey,
): PlannedTask | { readonly kind: "refused"; readonly reason: string } {
  const task = plan.tasks.find((one) => one.key === key);
  return task ?? refuse(`${key} is not in this plan; it has ${listKeys(plan.tasks.map((one) => one.key))}`);
}

function whyClosed(record: Pick<PlanRecord, "status"> | undefined, command: PlanCommand): string | undefined {
  switch (record?.status.kind) {
    case "approved":
      return `the plan was approved as r${record.status.approval.revision} by ${record.status.approval.by} and can no longer be changed`;
    case "done":
      return "the plan is done; open another issue for more work";
    case "cancelled":
      return command.kind === "plan" ? undefined : "the plan was cancelled; start again with /plan";
    default:
      return undefined;
  }
}

function replaceAll(before: PlanBefore, { goal, tasks }: Extract<PlanCommand, { kind: "plan" }>): Plan {
  const offset = highestKey(before?.plan, before?.record);
  const renamed = new Map<TaskKey, TaskKey>(tasks.map((task, index) => [task.key, `T${offset + index + 1}`]));
  const rename = (key: TaskKey): TaskKey => renamed.get(key) ?? key;
  return { goal, tasks: tasks.map((task) => ({ ...task, key: rename(task.key), needs: task.needs.map(rename) })) };
}

function add(before: NonNullable<PlanBefore>, { task }: Extract<PlanCommand, { kind: "add" }>): Applied {
  const missing = task.needs.map((need) => findTask(before.plan, need)).find((one) => "kind" in one);
  if (missing !== undefined && "kind" in missing) return missing;
  const key: TaskKey = `T${highestKey(before.plan, before.record) + 1}`;
  const plan = { ...before.plan, tasks: [...before.plan.tasks, { ...task, key }] };
  return settle(before, plan, `added ${key} (${task.title})`);
}

function remove(before: NonNullable<PlanBefore>, key: TaskKey): Applied {
  const { plan } = before;
  const gone = findTask(plan, key);
  if ("kind" in gone) return gone;
  if (plan.tasks.length === 1) return refuse(`${key} is the plan's only task; a plan needs at least one`);
  const tasks = plan.tasks
    .filter((task) => task.key !== key)
    .map((task) => (task.needs.includes(key) ? { ...task, needs: rewire(task.needs, gone) } : task));
  return settle(before, { ...plan, tasks }, `removed ${key} (${gone.title})`);
}

/** What waited for the removed task waits for what that one waited for. */
function rewire(needs: readonly TaskKey[], gone: PlannedTask): readonly TaskKey[] {
  return [...new Set(needs.flatMap((need) => (need === gone.key ? gone.needs : [need])))];
}

function modify(before: NonNullable<PlanBefore>, { key, change }: Extract<PlanCommand, { kind: "modify" }>): Applied {
  const { plan } = before;
  const old = findTask(plan, key);
  if ("kind" in old) return old;
  const tasks = plan.tasks.map((task) => (task.key === key ? { ...task, ...change, key } : task));
  const fields = Object.keys(change).join(", ");
  return settle(before, { ...plan, tasks }, `changed ${key} (${fields === "" ? "nothing" : fields})`);
}

function settle(before: PlanBefore, plan: Plan, summary: string): Applied {
  const problems = planProblems(plan);
  if (problems.length > 0) return refuse(problems.join("; "));
  const lastKey = Math.max(highestKey(before?.plan, before?.record), highestKey(plan, undefined));
  return { kind: "changed", plan: { ...plan, tasks: reduceNeeds(plan.tasks) }, summary, lastKey };
}

function refuse(reason: string): { readonly kind: "refused"; readonly reason: string } {
  return { kind: "refused", reason };
}
