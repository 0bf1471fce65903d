import type { PlannedTask } from "../task/task.ts";
import { listKeys } from "./keys.ts";
import { planLimits } from "./limits.ts";
import { findCycle } from "./order.ts";
import type { Plan } from "./plan.ts";

/** Everything wrong with a plan, one line each, naming the task; empty when it is valid. */
export function planProblems(plan: Plan): readonly string[] {
  return [
    ...goalProblems(plan.goal),
    ...countProblems(plan),
    ...sizeProblems(plan),
    ...plan.tasks.flatMap(taskProblems),
    ...needProblems(plan),
  ];
}

function goalProblems(goal: string): readonly string[] {
  if (goal.trim() === "") return ["the goal is empty: say what the plan is for"];
  if (goal.length > planLimits.goal) {
    return [`the goal has ${goal.length} characters; at most ${planLimits.goal} are allowed`];
  }
  return [];
}

function countProblems({ tasks }: Plan): readonly string[] {
  const problems: string[] = [];
  if (tasks.length === 0) problems.push("a plan needs at least one task");
  if (tasks.length > planLimits.tasks) {
    problems.push(`the plan has ${tasks.length} tasks; at most ${planLimits.tasks} are allowed`);
  }
  const repeated = tasks.map((task) => task.key).filter((key, index, keys) => keys.indexOf(key) !== index);
  return [
    ...problems,
    ...[...new Set(repeated)].map((key) => `${key} is there more than once; every key is used once`),
  ];
}

function sizeProblems({ goal, tasks }: Plan): readonly string[] {
  const lists = tasks.flatMap((task) => [...task.acceptance, ...task.touches, ...task.needs]);
  const texts = [goal, ...tasks.flatMap((task) => [task.title, task.description, task.specialist]), ...lists];
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  const problems: string[] = [];
  if (length > planLimits.text) {
    problems.push(
      `the plan has ${length} characters in all; at most ${planLimits.text} are allowed: shorten descriptions`,
    );
  }
  if (lists.length > planLimits.lines) {
    problems.push(
      `the plan has ${lists.length} statements, paths and needs in all; at most ${planLimits.lines} are allowed`,
    );
  }
  return problems;
}

function taskProblems(task: PlannedTask): readonly string[] {
  const problems = [
    ...lengthProblem(task.title, planLimits.title, "title"),
    ...lengthProblem(task.description, planLimits.description, "description"),
    ...lengthProblem(task.specialist, planLimits.specialist, "specialist"),
    ...listProblem(task.acceptance, planLimits.acceptance, "acceptance statements", planLimits.acceptanceLine),
    ...listProblem(task.touches, planLimits.touches, "touched paths", planLimits.touchesPath),
  ];
  if (!/^T[1-9]\d{0,5}$/.test(task.key)) problems.push("is not a key of the form T1, T2 …");
  if (task.title.trim() === "") problems.push("has no title");
  if (/[\r\n]/.test(task.title)) problems.push("has a title of more than one line");
  if (task.specialist.trim() === "") problems.push("has no specialist");
  if (task.needs.length > planLimits.needs) {
    problems.push(`has ${task.needs.length} needs; at most ${planLimits.needs} are allowed`);
  }
  problems.push(...minutesProblem(task.timeoutMinutes, planLimits.timeoutMinutes, "a time-out"));
  problems.push(...minutesProblem(task.estimateMinutes, planLimits.estimateMinutes, "an estimate"));
  return problems.map((problem) => `${task.key} ${problem}`);
}

function minutesProblem(minutes: number | undefined, limit: number, what: string): readonly string[] {
  if (minutes === undefined || (minutes > 0 && minutes <= limit)) return [];
  return [`has ${what} of ${minutes} minutes; it must be above 0 and at most ${limit}`];
}

function lengthProblem(text: string, limit: number, what: string): readonly string[] {
  return text.length > limit ? [`has a ${what} of ${text.length} characters; at most ${limit} are allowed`] : [];
}

function listProblem(list: readonly string[], limit: number, what: string, lineLimit: number): readonly string[] {
  if (list.length > limit) return [`has ${list.length} ${what}; at most ${limit} are allowed`];
  return list.some((line) => line.length > lineLimit) ? [`has ${what} of more than ${lineLimit} characters`] : [];
}

function needProblems({ tasks }: Plan): readonly string[] {
  const keys = tasks.map((task) => task.key);
  const unknown = tasks.flatMap((task) =>
    task.needs
      .filter((need) => !keys.includes(need))
      .map((need) => `${task.key} needs ${need}, but ${need} is not in this plan; it has ${listKeys(keys)}`),
  );
  const cycle = findCycle(tasks);
  if (cycle === undefined) return unknown;
  if (cycle.length === 2) return [...unknown, `${cycle[0]} needs itself; a task can only wait for others`];
  return [...unknown, `${cycle.join(" needs ")}: tasks cannot wait for each other in a circle`];
}
