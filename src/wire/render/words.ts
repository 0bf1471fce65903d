import type { ChangedTasks, TaskField } from "../../core/plan/changed-tasks.ts";
import { changedFields, taskFields } from "../../core/plan/changed-tasks.ts";
import type { PlanCommand } from "../../core/plan/command.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { PlannedTask, TaskKey } from "../../core/task/task.ts";
import { formatDuration } from "../amounts.ts";
import { neutraliseCell } from "../neutralise.ts";

/** How much is said of each value, UTF-16 units; 0 names changed fields only. */
export interface Detail {
  readonly value: number;
  readonly title: number;
}

/** What one plan adds to, changes in and removes from another, one line each. */
export function describePlans(from: Plan, to: Plan, difference: ChangedTasks, detail: Detail): readonly string[] {
  const find = (plan: Plan, keys: readonly TaskKey[]): readonly PlannedTask[] =>
    plan.tasks.filter(({ key }) => keys.includes(key));
  const goal = from.goal === to.goal ? [] : [`changes the goal${arrow(from.goal, to.goal, detail)}`];
  const before = new Map(from.tasks.map((task) => [task.key, task]));
  return [
    ...goal,
    ...find(to, difference.added).map((task) => `adds **${task.key}** ${describeTask(task, detail)}`),
    ...find(to, difference.changed).map((task) => {
      const old = before.get(task.key) ?? task;
      return `changes **${task.key}** ${titleOf(old, detail)}: ${describeFields(old, task, detail)}`;
    }),
    ...find(from, difference.removed).map((task) => `removes **${task.key}** ${titleOf(task, detail)}`),
  ];
}

/** What a command would do to a plan, one line and one for each part. */
export function describeCommand(command: PlanCommand, plan: Plan, detail: Detail): readonly string[] {
  const named = (key: TaskKey): string => {
    const task = plan.tasks.find((one) => one.key === key);
    return `**${key}**${task === undefined ? "" : ` ${titleOf(task, detail)}`}`;
  };
  switch (command.kind) {
    case "add":
      return [`adds ${describeTask(command.task, detail)}${describeContents(command.task, detail)}`];
    case "remove":
      return [`removes ${named(command.key)}`];
    case "modify": {
      const task = plan.tasks.find(({ key }) => key === command.key);
      return [`changes ${named(command.key)}: ${describeChange(task, command.change, detail)}`];
    }
    case "split":
      return [
        `splits ${named(command.key)} into:`,
        ...command.parts.map((part, index) => `  ${index + 1}. ${describePart(part, command.parts, detail)}`),
      ];
    case "plan":
    case "edit":
    case "restore":
      return [
        `makes the plan anew with ${command.tasks.length} ${command.tasks.length === 1 ? "task" : "tasks"}:`,
        ...command.tasks.map((task, index) => `  ${index + 1}. ${describePart(task, command.tasks, detail)}`),
      ];
  }
}

/** A change set in a few words: `splits T2, adds 2 tasks`. */
export function summariseCommands(commands: readonly PlanCommand[]): string {
  const said = commands.map((command) => {
    switch (command.kind) {
      case "add":
        return "adds a task";
      case "remove":
        return `removes ${command.key}`;
      case "modify":
        return `changes ${command.key}`;
      case "split":
        return `splits ${command.key}`;
      default:
        return "makes the plan anew";
    }
  });
  const adds = said.filter((words) => words === "adds a task").length;
  const once = [...new Set(said)].map((words) => (words === "adds a task" && adds > 1 ? `adds ${adds} tasks` : words));
  return once.length > 5 ? `${once.slice(0, 5).join(", ")} and more` : once.join(", ");
}

function describeTask(task: Omit<PlannedTask, "key">, detail: Detail): string {
  const facts = [neutraliseCell(task.specialist, detail.title)];
  if (task.priority !== "normal") facts.push(`${task.priority} priority`);
  if (task.needs.length > 0) facts.push(`after ${listSome(task.needs)}`);
  return `${titleOf(task, detail)} (${facts.join(", ")})`;
}

/** Needs among parts are said by their places in the list: keys are given later. */
function describePart(part: PlannedTask, parts: readonly PlannedTask[], detail: Detail): string {
  const places = part.needs.map((need) => parts.findIndex(({ key }) => key === need) + 1).filter((place) => place > 0);
  const after = places.length === 0 ? "" : `, after ${listSome(places.map(String))}`;
  return `${titleOf(part, detail)} (${neutraliseCell(part.specialist, detail.title)}${after})${describeContents(part, detail)}`;
}

/** What a new task says beside its title, which its description may repeat. */
function describeContents(task: Omit<PlannedTask, "key">, { value: limit }: Detail): string {
  if (limit === 0) return "";
  const said = contents
    .filter((field) => task[field].length > 0 && task[field] !== task.title)
    .map((field) => `${fieldNames[field]} ${sayValue(task[field], limit)}`);
  return said.length === 0 ? "" : `: ${said.join("; ")}`;
}

const contents = ["description", "acceptance", "touches"] as const;

function describeFields(from: PlannedTask, to: PlannedTask, detail: Detail): string {
  return changedFields(from, to)
    .map((field) => `${fieldNames[field]}${arrow(from[field], to[field], detail)}`)
    .join("; ");
}

function describeChange(
  task: PlannedTask | undefined,
  change: Partial<Omit<PlannedTask, "key">>,
  detail: Detail,
): string {
  const said = taskFields
    .filter(
      (field) => field in change && (task === undefined || changedFields(task, { ...task, ...change }).includes(field)),
    )
    .map((field) => `${fieldNames[field]}${arrow(task?.[field], change[field], detail)}`);
  return said.length === 0 ? "nothing" : said.join("; ");
}

type Value = PlannedTask[TaskField];

function arrow(from: Value, to: Value, { value: limit }: Detail): string {
  return limit === 0 ? "" : ` ${sayValue(from, limit)} → ${sayValue(to, limit)}`;
}

function sayValue(value: Value, limit: number): string {
  if (value === undefined) return "none";
  if (typeof value === "number") return formatDuration(value * 60_000);
  const text = typeof value === "string" ? value : value.join(", ");
  if (text.trim() === "") return "nothing";
  const said = neutraliseCell(text.slice(0, limit), 2 * limit);
  const quoted = /\s/.test(text) && typeof value === "string" ? `“${said}”` : said;
  return text.length <= limit ? quoted : `${quoted} … and ${text.length - limit} ${cutMark}`;
}

/** Ends what is said of a value that is longer than it may be. */
export const cutMark = "more characters";

function titleOf({ title }: Pick<PlannedTask, "title">, { title: limit }: Detail): string {
  return neutraliseCell(title, limit);
}

/** The first few, and how many more there are. */
export function listSome(names: readonly string[], most = 8): string {
  if (names.length <= most) return names.join(", ");
  return `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
}

const fieldNames: Readonly<Record<TaskField, string>> = {
  title: "title",
  description: "description",
  acceptance: "acceptance",
  specialist: "specialist",
  phase: "phase",
  needs: "waits for",
  priority: "priority",
  touches: "touches",
  estimateMinutes: "estimate",
  timeoutMinutes: "time-out",
};
