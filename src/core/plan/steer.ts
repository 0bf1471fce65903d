import type { PlannedTask, TaskKey } from "../task/task.ts";
import type { Act, ActContext, Acted } from "./act.ts";
import { findTask } from "./apply.ts";
import { headOf } from "./head.ts";
import type { PlanState } from "./plan.ts";
import type { Refused } from "./refuse.ts";
import { refuse } from "./refuse.ts";
import type { Steered, Steering, TaskSteering } from "./steering.ts";
import type { SteeringCommand, TaskSteeringCommand } from "./steering-change.ts";
import { asSteered, steerPlan, steerTask, withTask } from "./steering-change.ts";

/** What a task is at when it is steered. */
export interface Standing {
  readonly state: "waiting" | "running" | "review" | "failed" | "done" | "dropped";
  /** The newest epoch, of what is being offered too; 0 before the first. */
  readonly epoch: number;
  /** Something holds it, be it a label that nobody has been asked about yet. */
  readonly held?: true;
}

/** Nobody has begun on it. */
const notBegun: Standing = { state: "waiting", epoch: 0 };

/** What people decide about execution: no revision, no new hash, and an approval stays as it is. */
export function steer(
  state: PlanState,
  { command, standing = notBegun }: Extract<Act, { kind: "steer" }>,
  { by, at, comment }: ActContext,
): Acted {
  const who = { by, at, comment };
  const closed = whyClosed(state, command);
  if (closed !== undefined) return refuse(closed);
  if (!isOfTask(command)) return ofPlan(state, command.kind === "pause" ? "pause" : "resume", who);
  const task = taskOf(state, command.key);
  if ("kind" in task) return task;
  const before = state.record.steering?.tasks?.[task.key] ?? {};
  const why = whyNot({ state, task, before, standing }, command);
  if (why !== undefined) return refuse(why);
  const facts = { who, planned: task, epoch: standing.epoch, running: standing.state === "running" };
  return changed(state, withTask(state, task.key, steerTask(before, command, facts)), summaryOf(command));
}

function isOfTask(command: SteeringCommand): command is TaskSteeringCommand {
  return command.key !== undefined;
}

function changed({ plan, record }: PlanState, steering: Steering, summary: string): Acted {
  return { kind: "changed", next: { plan, record: { ...record, steering } }, summary };
}

function ofPlan(state: PlanState, kind: "pause" | "resume", who: Steered): Acted {
  const steering = state.record.steering ?? {};
  const { paused } = steering;
  if (kind === "pause" && paused !== undefined)
    return refuse(`the plan was already paused by ${paused.by}; nothing to do`);
  // An approved plan may have stopped by itself, which nobody wrote down.
  if (kind === "resume" && paused === undefined && state.record.status.kind === "draft") {
    return refuse("the plan is not paused; there is nothing to resume");
  }
  return changed(state, steerPlan(steering, kind, who), kind === "pause" ? "paused the plan" : "resumed the plan");
}

/** In the approved plan, or in what is about to become it. */
function taskOf(state: PlanState, key: TaskKey): PlannedTask | Refused {
  const task = state.plan.tasks.find((one) => one.key === key);
  return task ?? findTask(headOf(state).plan, key);
}

function whyClosed({ record }: PlanState, { kind }: SteeringCommand): string | undefined {
  const { status } = record;
  if (status.kind === "cancelled") return "the plan was cancelled; start again with /plan";
  if (status.kind === "done") return `the plan is done; there is nothing to ${kind}`;
  if (status.kind === "approved" || (kind !== "stop" && kind !== "retry")) return undefined;
  return `the plan is a draft and nothing of it runs; there is nothing to ${kind}`;
}

interface At {
  readonly state: PlanState;
  readonly task: PlannedTask;
  readonly before: TaskSteering;
  readonly standing: Standing;
}

function whyNot(at: At, command: TaskSteeringCommand): string | undefined {
  const { key } = at.task;
  if (at.standing.state === "done") return `${key} is done; there is nothing to ${command.kind}`;
  if (at.standing.state === "dropped") {
    return `${key}'s issue was closed as not planned; open it again first`;
  }
  switch (command.kind) {
    case "pause":
      return at.before.paused && `${key} was already paused by ${at.before.paused.by}; nothing to do`;
    case "resume":
      return whyNotResume(at);
    case "stop":
      return whyNotStop(at);
    case "retry":
      return whyNotRetry(at);
    case "priority":
      return asSteered(at.task, at.state.record.steering).priority === command.priority
        ? `${key} has ${command.priority} priority already; nothing to do`
        : undefined;
    case "assign":
      return whyNotAssign(at, command);
  }
}

function whyNotResume({ state, task: { key }, before, standing }: At): string | undefined {
  if (before.paused !== undefined || before.stopped !== undefined || standing.held) return undefined;
  if (standing.state === "failed") return `${key} is not paused, it has failed; /retry ${key} begins it anew`;
  return state.record.steering?.paused === undefined
    ? `${key} is not paused; there is nothing to resume`
    : `${key} itself is not paused, the plan is; /resume lets all of it go on`;
}

/** What is about to start may be stopped too: whoever says so does not want it to run. */
function whyNotStop({ task: { key }, before: { paused, stopped }, standing }: At): string | undefined {
  // Where a retry took the pause back, the next epoch would begin.
  if (paused !== undefined && stopped !== undefined && stopped.epoch >= standing.epoch) {
    return `${key} was already stopped by ${stopped.by}; nothing to do`;
  }
  switch (standing.state) {
    case "review":
      return `${key} is in review and nothing of it runs; /pause ${key} keeps it from being merged`;
    case "failed":
      return `${key} has failed and nothing of it runs`;
    case "waiting":
      return paused && `${key} was already paused by ${paused.by} and nothing of it runs`;
    default:
      return undefined;
  }
}

function whyNotRetry({ task: { key }, before: { stopped }, standing }: At): string | undefined {
  if (standing.state === "review") return `${key} is in review; to have it done anew, close its pull request first`;
  const isEnding = stopped !== undefined && stopped.epoch >= standing.epoch;
  if (standing.state !== "running" || isEnding) return undefined;
  return `${key} runs now; /stop ${key} ends that, then /retry ${key} begins anew`;
}

function whyNotAssign(
  { task, before }: At,
  { specialist, agent }: Extract<SteeringCommand, { kind: "assign" }>,
): string | undefined {
  const now = [before.specialist ?? task.specialist, before.agent] as const;
  const then = [specialist ?? now[0], agent === undefined ? now[1] : (agent ?? undefined)] as const;
  if (now[0] !== then[0] || now[1] !== then[1]) return undefined;
  return `${task.key} is given to ${agent ?? specialist ?? now[0]} already; nothing to do`;
}

function summaryOf(command: TaskSteeringCommand): string {
  const { key } = command;
  switch (command.kind) {
    case "pause":
      return `paused ${key}`;
    case "resume":
      return `resumed ${key}`;
    case "stop":
      return `stopped ${key}`;
    case "retry":
      return `tried ${key} again${command.agent === undefined ? "" : ` with ${command.agent}`}`;
    case "priority":
      return `gave ${key} ${command.priority} priority`;
    case "assign":
      return `gave ${key} to ${command.agent ?? command.specialist ?? "whoever the operator says"}`;
  }
}
