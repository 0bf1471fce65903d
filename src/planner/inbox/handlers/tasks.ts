import { touchesStarted } from "../../../core/plan/act-change.ts";
import { apply, findTask, noPlan } from "../../../core/plan/apply.ts";
import type { PlanCommand, TaskChange } from "../../../core/plan/command.ts";
import { specialistFor } from "../../../core/task/specialist.ts";
import type { PlannedTask } from "../../../core/task/task.ts";
import type { Command, TaskOptions } from "../../../wire/commands/command.ts";
import { quote } from "../../../wire/commands/command.ts";
import { specialistNames } from "../../specialists.ts";
import type { Handled, Handler, Turn } from "./handler.ts";
import { refused } from "./handler.ts";

export const add: Handler<"add"> = async (command, turn) => {
  const wrong = whyNobody(command, turn);
  return wrong ?? { kind: "done", changes: [{ kind: "add", task: newTask(command, turn) }] };
};

export const remove: Handler<"remove"> = async ({ key }) => ({ kind: "done", changes: [{ kind: "remove", key }] });

/** What is written out is taken as it is; words are for the planner. */
export const modify: Handler<"modify"> = async (command, turn) => {
  const { key, title, text } = command;
  const wrong = whyNobody(command, turn);
  if (wrong !== undefined) return wrong;
  const given: TaskChange = { ...(title === undefined ? {} : { title }), ...changeOf(command) };
  const change: PlanCommand = { kind: "modify", key, change: given };
  if (text === undefined) return { kind: "done", changes: [change] };
  const task = taskToChange(turn, change);
  if ("kind" in task) return task;
  const context = await turn.context();
  const { options, before, signal } = turn;
  if (before === undefined) return refused(noPlan);
  const modified = await options.planner.modify({ ...context, plan: before.plan, task, text }, signal);
  if (modified.kind === "refused") return modified;
  const whole: PlanCommand = { kind: "modify", key, change: { ...modified.change, ...given } };
  return { kind: "done", changes: [whole], exact: true, usage: modified.usage };
};

export const split: Handler<"split"> = async ({ key, into, text = "" }, turn) => {
  const task = taskToChange(turn, { kind: "modify", key, change: {} });
  if ("kind" in task) return task;
  const context = await turn.context();
  const { options, before, signal } = turn;
  if (before === undefined) return refused(noPlan);
  const cut = await options.planner.split({ ...context, plan: before.plan, task, text, into }, signal);
  if (cut.kind === "refused") return cut;
  return { kind: "done", changes: [{ kind: "split", key, parts: cut.parts }], exact: true, usage: cut.usage };
};

/** A task as a person wrote it in one line and perhaps a block. */
export function newTask(
  { title, description, ...options }: Pick<Extract<Command, { verb: "add" }>, "title" | "description"> & TaskOptions,
  { specialists }: Pick<Turn, "specialists">,
): Omit<PlannedTask, "key"> {
  const specialist = options.specialist ?? specialistFor(title, specialists);
  return {
    title,
    description: description ?? title,
    acceptance: [],
    specialist,
    phase: specialist === "test-engineer" ? "testing" : "implementation",
    needs: [],
    priority: "normal",
    touches: [],
    ...changeOf(options),
  };
}

/** The refusal of a specialist that nobody here is. */
export function whyNobody(
  { specialist }: { readonly specialist?: string },
  { specialists }: Pick<Turn, "specialists">,
): Extract<Handled, { kind: "refused" }> | undefined {
  if (specialist === undefined || specialists.some(({ name }) => name === specialist)) return undefined;
  return refused(`agent:${quote(specialist)} is not known here; there are ${specialistNames(specialists)}`);
}

function changeOf({ needs, specialist, priority, estimateMinutes, timeoutMinutes }: TaskOptions): TaskChange {
  return {
    ...(needs === undefined ? {} : { needs }),
    ...(specialist === undefined ? {} : { specialist }),
    ...(priority === undefined ? {} : { priority }),
    ...(estimateMinutes === undefined ? {} : { estimateMinutes }),
    ...(timeoutMinutes === undefined ? {} : { timeoutMinutes }),
  };
}

/** What deciding would refuse anyway, before a model is paid for it. */
function taskToChange({ before, policy, state, started }: Turn, change: Extract<PlanCommand, { kind: "modify" }>) {
  const tried = apply(before, change, { tasks: policy.maxTasks });
  if (tried.kind === "refused") return refused(tried.reason);
  const rest = (state?.plan.tasks ?? []).filter(({ key }) => key !== change.key);
  const touched = state && touchesStarted(state.plan, { ...state.plan, tasks: rest }, started);
  if (touched !== undefined) return refused(touched);
  return before === undefined ? refused(noPlan) : findTask(before.plan, change.key);
}
