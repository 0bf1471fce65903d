import type { TaskKey } from "../task/task.ts";
import type { SpentBudget } from "./budgets.ts";
import { budgetAmount } from "./budgets.ts";
import { commandText } from "./command-text.ts";
import { pausedLine } from "./pauses.ts";
import type { Policy } from "./policy.ts";
import type { Block, TaskState, Waiting } from "./task-state.ts";

/** How commands are written in the repository; absent: plainly. */
type Commands = Partial<Pick<Policy, "commands">>;

/** Why the task is where it is, as one line for people; empty when its state says it all. */
export function reasonLine(state: TaskState, key: TaskKey, policy: Commands = {}): string {
  switch (state.kind) {
    case "planned":
      return waitingLine(state.waiting, policy);
    case "queued":
      return state.ready ? "waits for a free worker" : waitingLine(state.waiting, policy);
    case "running":
      return state.phase;
    case "review":
      return state.step.kind === "merge" ? "green: it is being merged" : state.step.line;
    case "merged":
      return "merged";
    case "done":
      return "";
    case "dropped":
      return "closed, but not as completed: what needs it cannot start";
    case "failed":
      return `${state.failure.kind}: ${state.failure.message}`;
    case "paused":
      return pausedLine(state, key, policy);
    case "blocked":
      return blockLine(state.block);
  }
}

/** One line without anything that changes while it waits: it is shown in a comment that is edited only when it changes. */
export function waitingLine(waiting: Waiting, policy: Commands = {}): string {
  switch (waiting.kind) {
    case "draft":
      return "the plan is not approved";
    case "cancelled":
      return "the plan was cancelled";
    case "plan-closed":
      return "the plan's issue is closed: open it again to go on";
    case "create-ahead":
      return "its issue is created when earlier tasks are done";
    case "no-room":
      return "its issue cannot be made: GitHub allows 100 sub-issues, closed ones included; plan the rest on another issue";
    case "hold":
      return waiting.line;
    case "plan-paused":
      return `the plan is paused by ${waiting.by}: ${commandText("resume", policy)} lets it go on`;
    case "budget":
      return budgetLine(waiting.budget);
    case "breaker":
      return breakerLine(waiting, policy);
    case "parked":
      return `the quota of ${waiting.agent} is spent: it waits until the provider may be asked again`;
    case "amendment":
      return `amendment r${waiting.revision} waits for approval`;
    case "missing":
      return `its issue #${waiting.issue} is not among the sub-issues: put it back, or amend the plan if it was deleted or moved away`;
    case "pull-unseen":
      return `its work is on ${waiting.branch}, but no pull request of that branch is to be seen: open one, or close the task`;
    case "lease-unreadable":
      return `its lease at ${waiting.ref} cannot be read: run the newer Coppice that wrote it, or delete that ref when nobody works on the task`;
    case "no-parent":
      return `its issue cannot be made: #${waiting.issue}, which it belongs under, is not among the plan's sub-issues`;
    case "needs":
      return `waits for ${waiting.keys.join(", ")}`;
    case "blockers":
      return `waits for ${[...waiting.issues.map((number) => `#${number}`), ...waiting.elsewhere].join(", ")}`;
    case "back-off":
      return `tried again after a pause: ${waiting.failure.kind}: ${waiting.failure.message}`;
    case "offered":
      return `offered to ${waiting.worker}`;
  }
}

/** What was spent, and what lets it go on. */
export function budgetLine(budget: SpentBudget): string {
  const { scope, unit } = budget;
  const whose = { task: "the task's budget", plan: "the plan's budget", day: "today's budget" }[scope];
  const raise = `raise budget.${scope}.${unit} in .github/coppice.yml`;
  const help = scope === "day" ? `it goes on at 00:00 UTC, or ${raise}` : `${raise} to go on`;
  return `${whose} of ${budgetAmount(budget)} is spent: ${help}`;
}

function breakerLine({ failure, trial }: Extract<Waiting, { kind: "breaker" }>, policy: Commands): string {
  const why = `the plan's newest attempts all ended alike (${failure})`;
  const resume = `${commandText("resume", policy)} starts the others now`;
  return trial
    ? `${why}: one task tries whether that is over; ${resume}`
    : `${why}: one is tried again after a pause; ${resume}`;
}

function blockLine(block: Block): string {
  switch (block.kind) {
    case "need-dropped":
      return `${block.key} was closed, but not as completed: open it again or close it as completed`;
    case "need-failed":
      return `${block.key} failed`;
    case "pull-closed":
      return `pull request #${block.pull.number} was closed unmerged: open it again, or close the task`;
    case "reopened":
      return `opened again after #${block.pull.number} was merged: close it, and plan what is missing as a new task`;
  }
}
