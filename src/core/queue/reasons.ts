import type { Block, TaskState, Waiting } from "./task-state.ts";

/** Why the task is where it is, as one line for people; empty when its state says it all. */
export function reasonLine(state: TaskState): string {
  switch (state.kind) {
    case "planned":
      return waitingLine(state.waiting);
    case "queued":
      return state.ready ? "waits for a free worker" : waitingLine(state.waiting);
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
      return "paused: remove the label coppice:paused to go on";
    case "blocked":
      return blockLine(state.block);
  }
}

/** One line without anything that changes while it waits: it is shown in a comment that is edited only when it changes. */
export function waitingLine(waiting: Waiting): string {
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
    case "amendment":
      return `amendment r${waiting.revision} waits for approval`;
    case "missing":
      return `its issue #${waiting.issue} is not among the sub-issues`;
    case "pull-unseen":
      return `its work is on ${waiting.branch}, but no pull request of that branch is to be seen: open one, or close the task`;
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
