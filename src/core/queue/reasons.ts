import { failureLine, failureWords } from "../run/failure-words.ts";
import type { TaskKey } from "../task/task.ts";
import type { SpentBudget } from "./budgets.ts";
import { budgetAmount } from "./budgets.ts";
import { commandText } from "./command-text.ts";
import { pausedBy, pauseHelp } from "./pauses.ts";
import type { Policy } from "./policy.ts";
import { restText } from "./rest-text.ts";
import type { Block, TaskState, Waiting } from "./states.ts";

export interface Wording extends Partial<Pick<Policy, "commands">> {
  /** Whether it says how long, where that is known: not where a text must stay the same while time passes. */
  readonly howLong?: boolean;
}

/** What it is, and in few words what lets it go on, with the mark that stands between them. */
interface Reason {
  readonly cause: string;
  readonly remedy?: string;
}

/** Why the task is where it is and what lets it go on, as one line for people; empty when its state says it all. */
export function reasonLine(state: TaskState, key: TaskKey, wording: Wording = {}): string {
  return whole(reasonOf(state, key, wording));
}

/** Why the task is where it is, without what lets it go on. */
export function causeLine(state: TaskState, key: TaskKey, wording: Wording = {}): string {
  return reasonOf(state, key, wording).cause;
}

/** One line without anything that changes while it waits: it is shown in a comment that is edited only when it changes. */
export function waitingLine(waiting: Waiting, wording: Pick<Wording, "commands"> = {}): string {
  return whole(waitingReason(waiting, wording));
}

function whole({ cause, remedy = "" }: Reason): string {
  return cause + remedy;
}

function reasonOf(state: TaskState, key: TaskKey, wording: Wording): Reason {
  switch (state.kind) {
    case "planned":
      return waitingReason(state.waiting, wording);
    case "queued":
      return state.ready ? { cause: "waits for a free worker" } : waitingReason(state.waiting, wording);
    case "running":
      return { cause: state.phase };
    case "review":
      return { cause: state.step.kind === "merge" ? "green: it is being merged" : state.step.line };
    case "merged":
      return { cause: "merged" };
    case "done":
      return { cause: "" };
    case "dropped":
      return { cause: "closed, but not as completed: what needs it cannot start" };
    case "failed":
      return { cause: failureLine(state.failure) };
    case "paused":
      return { cause: pausedBy(state), remedy: `: ${pauseHelp(state, key, wording)}` };
    case "blocked":
      return blockReason(state.block);
  }
}

function waitingReason(waiting: Waiting, wording: Wording): Reason {
  switch (waiting.kind) {
    case "draft":
      return { cause: "the plan is not approved" };
    case "cancelled":
      return { cause: "the plan was cancelled" };
    case "plan-closed":
      return { cause: "the plan's issue is closed", remedy: ": open it again to go on" };
    case "create-ahead":
      return { cause: "its issue is created when earlier tasks are done" };
    case "no-room": {
      const cause = "its issue cannot be made: GitHub allows 100 sub-issues, closed ones included";
      return { cause, remedy: "; plan the rest on another issue" };
    }
    case "hold":
      return { cause: waiting.line };
    case "plan-paused": {
      const remedy = `: ${commandText("resume", wording)} lets it go on`;
      return { cause: `the plan is paused by ${waiting.by}`, remedy };
    }
    case "budget":
      return budgetReason(waiting.budget);
    case "breaker":
      return breakerReason(waiting, wording);
    case "parked":
      return { cause: `the quota of ${waiting.agent} is spent: ${parkedUntil(waiting, wording)}` };
    case "amendment":
      return { cause: `amendment r${waiting.revision} waits for approval` };
    case "needs":
      return { cause: `waits for ${waiting.keys.join(", ")}` };
    case "blockers": {
      const blockers = [...waiting.issues.map((number) => `#${number}`), ...waiting.elsewhere];
      return { cause: `waits for ${blockers.join(", ")}` };
    }
    case "back-off":
      return { cause: `tried again ${againIn(waiting, wording)}: ${failureLine(waiting.failure)}` };
    case "offered":
      return { cause: `offered to ${waiting.worker}` };
    case "missing":
    case "no-parent":
    case "pull-unseen":
    case "lease-unreadable":
      return unseenReason(waiting);
  }
}

/** What a person could do about a lease that nobody here can read. */
export const unreadableLeaseHelp =
  "run the newer Coppice that wrote it, or delete that ref when nobody works on the task";

type Unseen = Extract<Waiting, { kind: "missing" | "no-parent" | "pull-unseen" | "lease-unreadable" }>;

/** Something that is the task's own is not where it should be. */
function unseenReason(waiting: Unseen): Reason {
  switch (waiting.kind) {
    case "missing": {
      const remedy = ": put it back, or amend the plan if it was deleted or moved away";
      return { cause: `its issue #${waiting.issue} is not among the sub-issues`, remedy };
    }
    case "pull-unseen": {
      const cause = `its work is on ${waiting.branch}, but no pull request of that branch is to be seen`;
      return { cause, remedy: ": open one, or close the task" };
    }
    case "lease-unreadable": {
      return { cause: `its lease at ${waiting.ref} cannot be read`, remedy: `: ${unreadableLeaseHelp}` };
    }
    case "no-parent": {
      const where = `#${waiting.issue}, which it belongs under`;
      return { cause: `its issue cannot be made: ${where}, is not among the plan's sub-issues` };
    }
  }
}

/** What was spent, and what lets it go on. */
export function budgetLine(budget: SpentBudget): string {
  return whole(budgetReason(budget));
}

function budgetReason(budget: SpentBudget): Reason {
  const { scope, unit } = budget;
  const whose = { task: "the task's budget", plan: "the plan's budget", day: "today's budget" }[scope];
  const spent = `${whose} of ${budgetAmount(budget)} is spent`;
  const raise = `raise budget.${scope}.${unit} in .github/coppice.yml`;
  return scope === "day"
    ? { cause: `${spent}: it goes on at 00:00 UTC`, remedy: `, or ${raise}` }
    : { cause: spent, remedy: `: ${raise} to go on` };
}

function breakerReason(waiting: Extract<Waiting, { kind: "breaker" }>, wording: Wording): Reason {
  const next = waiting.trial
    ? "one task tries whether that is over"
    : `one is tried again ${againIn(waiting, wording)}`;
  return {
    cause: `the plan's newest attempts all ended alike (${failureWords[waiting.failure]}): ${next}`,
    remedy: `; ${commandText("resume", wording)} starts the others now`,
  };
}

function againIn({ milliseconds }: { readonly milliseconds: number }, { howLong }: Wording): string {
  return howLong ? `in ${restText(milliseconds)}` : "after a pause";
}

function parkedUntil({ milliseconds }: { readonly milliseconds: number }, { howLong }: Wording): string {
  return howLong
    ? `the provider is asked again in ${restText(milliseconds)}`
    : "it waits until the provider may be asked again";
}

function blockReason(block: Block): Reason {
  switch (block.kind) {
    case "need-dropped": {
      const cause = `${block.key} was closed, but not as completed`;
      return { cause, remedy: ": open it again or close it as completed" };
    }
    case "need-failed":
      return { cause: `${block.key} failed` };
    case "need-blocked":
      return { cause: `waits for ${block.keys.join(", ")}` };
    case "pull-closed": {
      const cause = `pull request #${block.pull.number} was closed unmerged`;
      return { cause, remedy: ": open it again, or close the task" };
    }
    case "reopened": {
      const cause = `opened again after #${block.pull.number} was merged`;
      return { cause, remedy: ": close it, and plan what is missing as a new task" };
    }
  }
}
