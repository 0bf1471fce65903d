import type { z } from "zod";
import { isNewKey, wrongKey } from "../core/plan/apply.ts";
import type { PlanCommand } from "../core/plan/command.ts";
import { highestKey, keyNumber, listKeys } from "../core/plan/keys.ts";
import { planLimits } from "../core/plan/limits.ts";
import type { Plan, PlanRecord } from "../core/plan/plan.ts";
import type { Refused } from "../core/plan/refuse.ts";
import { refuse } from "../core/plan/refuse.ts";
import type { Specialist } from "../core/task/specialist.ts";
import { specialistFor } from "../core/task/specialist.ts";
import type { PlannedTask, TaskKey } from "../core/task/task.ts";
import { parseBounded } from "./bounded-yaml.ts";
import type { EditedPlan, EditedTask } from "./edit-schema.ts";
import { editedPlan } from "./edit-schema.ts";
import { formatPlan } from "./plan-yaml.ts";

/** The plan that is edited, and who may be given new tasks that name nobody. */
export interface EditedFrom {
  readonly plan: Plan;
  readonly record: Pick<PlanRecord, "lastKey" | "tasks">;
  /** The newest revision there is: a text of another one would undo what others did meanwhile. */
  readonly revision: number;
  readonly specialists?: readonly Specialist[];
}

/**
 * A whole plan as somebody wrote it. What is left out stays as it is; a task without a key, or with one above every key
 * so far, is new; a task that is not there is removed. A refusal is one line that names the line and what would be right.
 */
export function parseEdit(text: string, from: EditedFrom): Extract<PlanCommand, { kind: "edit" }> | Refused {
  const read = parseBounded(text);
  if (read.kind === "broken") {
    const hint = read.why === "syntax" ? ' (text that holds ": ", "#" or "[" stands in quotes)' : "";
    return refuse(`line ${read.line}: ${read.message}${hint}`);
  }
  const result = editedPlan.safeParse(read.value);
  if (!result.success) {
    const [issue] = result.error.issues;
    return refuse(issue === undefined ? "it is no plan" : `line ${read.lineOf(issue)}: ${sayIssue(issue)}`);
  }
  const wrong = findWrong(result.data, from);
  if (wrong !== undefined) return refuse(`line ${read.lineAt(wrong.path)}: ${wrong.reason}`);
  return { kind: "edit", goal: result.data.goal ?? from.plan.goal, tasks: complete(result.data, from) };
}

/** The plan as people are given it to change, with the revision it must still be at when it comes back. */
export function formatEdit(plan: Plan, revision: number): string {
  return `revision: ${revision}\n${formatPlan(plan)}`;
}

/** The field, then what it must be; messages of unknown fields say it all. */
function sayIssue({ code, path, message }: z.core.$ZodIssue): string {
  if (code === "unrecognized_keys") return message;
  const field = path.filter((part) => typeof part === "string").at(-1) ?? "the text";
  return `${field === "tasks" && path.length > 1 ? "a task" : String(field)} ${message}`;
}

interface Wrong {
  readonly path: readonly PropertyKey[];
  readonly reason: string;
}

function findWrong({ tasks, revision }: EditedPlan, { plan, record, ...from }: EditedFrom): Wrong | undefined {
  if (revision !== undefined && revision !== from.revision) {
    const reason = `this text is of r${revision}, the plan is at r${from.revision}: write /edit again`;
    return { path: ["revision"], reason };
  }
  const highest = highestKey(plan, record);
  const known = plan.tasks.map(({ key }) => key);
  const keys = tasks.map(({ key }) => key).filter((key) => key !== undefined);
  for (const [index, { key, title, needs = [] }] of tasks.entries()) {
    const repeated = key !== undefined && tasks.findIndex((one) => one.key === key) !== index;
    const reason = repeated
      ? `${key} is there twice; every key is used once`
      : whyWrongKey(key, { known, highest, titled: title !== undefined });
    if (reason !== undefined) return { path: ["tasks", index, "key"], reason };
    const missing = needs.findIndex((need) => !keys.includes(need));
    if (missing < 0) continue;
    return {
      path: ["tasks", index, "needs", missing],
      reason: `${needs[missing]} is not in this text; it has ${listKeys(keys)}`,
    };
  }
  return undefined;
}

interface KeyPlace {
  readonly known: readonly TaskKey[];
  readonly highest: number;
  readonly titled: boolean;
}

function whyWrongKey(key: TaskKey | undefined, { known, highest, titled }: KeyPlace): string | undefined {
  if (key === undefined) return titled ? undefined : "a task without a key is new and needs a title";
  if (known.includes(key)) return undefined;
  if (!isNewKey(key, highest)) return wrongKey(key, highest);
  return titled ? undefined : `${key} is not in this plan, which has ${listKeys(known)}; a new task needs a title`;
}

function complete({ tasks }: EditedPlan, from: EditedFrom): readonly PlannedTask[] {
  const before = new Map(from.plan.tasks.map((task) => [task.key, task]));
  const keys = tasks.flatMap(({ key }) => (key === undefined ? [] : [keyNumber(key)]));
  let last = Math.max(highestKey(from.plan, from.record), ...keys);
  return tasks.map((task) => {
    if (task.key === undefined) last += 1;
    const key: TaskKey = task.key ?? `T${last}`;
    return { ...(before.get(key) ?? newTask(task, from)), ...given(task), key };
  });
}

function newTask({ title = "", description }: EditedTask, { specialists = [] }: EditedFrom): Omit<PlannedTask, "key"> {
  const specialist = specialistFor(`${title}\n${description ?? ""}`, specialists);
  return {
    title,
    description: title.slice(0, planLimits.description),
    acceptance: [],
    specialist,
    phase: specialist === "test-engineer" ? "testing" : "implementation",
    needs: [],
    priority: "normal",
    touches: [],
  };
}

/** What somebody wrote; what is left out does not count as nothing. */
function given(task: EditedTask): Partial<PlannedTask> {
  return Object.fromEntries(Object.entries(task).filter(([, value]) => value !== undefined));
}
