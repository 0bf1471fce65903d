import type { PlannedTask, Priority, TaskKey } from "../task/task.ts";
import { headOf } from "./head.ts";
import type { Plan, PlanRecord, PlanState } from "./plan.ts";
import type { Steered, Steering, TaskSteering } from "./steering.ts";

/** What somebody wants of the execution of a plan, or of one of its tasks. */
export type SteeringCommand =
  /** Without a key: the whole plan. */
  | { readonly kind: "pause" | "resume"; readonly key?: TaskKey }
  | { readonly kind: "stop"; readonly key: TaskKey }
  | { readonly kind: "retry"; readonly key: TaskKey; readonly agent?: string }
  | { readonly kind: "priority"; readonly key: TaskKey; readonly priority: Priority }
  /** `agent: null`: the operator's again. */
  | { readonly kind: "assign"; readonly key: TaskKey; readonly specialist?: string; readonly agent?: string | null };

export type TaskSteeringCommand = Extract<SteeringCommand, { key: TaskKey }> | (PauseTask & { readonly key: TaskKey });
type PauseTask = { readonly kind: "pause" | "resume" };

/** What the plan itself says of a task; what is the same as that is no steering. */
export type Planned = Pick<PlannedTask, "priority" | "specialist">;

export interface TaskSteeringFacts {
  readonly who: Steered;
  readonly planned: Planned;
  /** The task's newest epoch, of what is being offered too; 0 before the first. */
  readonly epoch: number;
  /** Something of that epoch is being worked on. */
  readonly running: boolean;
}

/** The plan as a whole paused, or going on. */
export function steerPlan({ paused, ...steering }: Steering, kind: "pause" | "resume", who: Steered): Steering {
  return kind === "pause" ? { ...steering, paused: who } : { ...steering, resumed: who };
}

/** One task steered, whatever it was before. */
export function steerTask(
  before: TaskSteering,
  command: TaskSteeringCommand,
  { who, planned, epoch, running }: TaskSteeringFacts,
): TaskSteering {
  const { paused, stopped, resumed, ...rest } = before;
  const kept = { ...(stopped === undefined ? {} : { stopped }) };
  switch (command.kind) {
    case "pause":
      return { ...rest, ...kept, paused: who };
    case "resume":
      return { ...rest, resumed: who };
    case "stop":
      // An offer may have set out since anybody looked: its claim is meant too.
      return { ...rest, paused: paused ?? who, stopped: { ...who, epoch: running ? epoch : epoch + 1 } };
    case "retry": {
      // What is still ending must not be let go on: the next epoch is not meant by it.
      const ending = stopped !== undefined && running && stopped.epoch >= epoch;
      const agent = command.agent === undefined ? {} : { agent: command.agent, assigned: who };
      return { ...rest, ...(ending ? kept : {}), ...agent, retried: who };
    }
    case "priority":
      return prioritise(before, command.priority, { who, planned });
    case "assign":
      return assign(before, command, { who, planned });
  }
}

type Judged = Pick<TaskSteeringFacts, "who" | "planned">;

function prioritise(
  { priority: _, ...rest }: TaskSteering,
  priority: Priority,
  { who, planned }: Judged,
): TaskSteering {
  return { ...rest, ...(priority === planned.priority ? {} : { priority }), prioritised: who };
}

function assign(
  before: TaskSteering,
  { specialist, agent }: Extract<SteeringCommand, { kind: "assign" }>,
  { who, planned }: Judged,
): TaskSteering {
  const { specialist: formerSpecialist, agent: formerAgent, ...rest } = before;
  const as = specialist ?? formerSpecialist;
  const by = agent === undefined ? formerAgent : (agent ?? undefined);
  return {
    ...rest,
    ...(as === undefined || as === planned.specialist ? {} : { specialist: as }),
    ...(by === undefined ? {} : { agent: by }),
    assigned: who,
  };
}

/** A task as it is carried out: the plan's, with what people decided since. */
export function asSteered(task: PlannedTask, steering: Steering | undefined): PlannedTask {
  const { priority = task.priority, specialist = task.specialist } = steering?.tasks?.[task.key] ?? {};
  return priority === task.priority && specialist === task.specialist ? task : { ...task, priority, specialist };
}

/** The plan with every task as it is carried out. */
export function planAsSteered(plan: Plan, steering: Steering | undefined): Plan {
  return steering?.tasks === undefined ? plan : { ...plan, tasks: plan.tasks.map((task) => asSteered(task, steering)) };
}

/** The record's steering with one task's; that of tasks nobody knows any more goes. */
export function withTask(state: PlanState, key: TaskKey, steering: TaskSteering): Steering {
  const { tasks = {}, ...rest } = state.record.steering ?? {};
  const known = new Set<string>([...state.plan.tasks, ...headOf(state).plan.tasks].map((task) => task.key));
  const kept = Object.entries(tasks).filter(([name]) => known.has(name));
  return { ...rest, tasks: { ...Object.fromEntries(kept), [key]: steering } };
}

/** What was decided about an earlier plan's execution says nothing of another one. */
export function withoutSteering({ steering: _, ...record }: PlanRecord): PlanRecord {
  return record;
}
