import { commandText } from "./command-text.ts";
import { pauseHelp } from "./pauses.ts";
import type { Policy } from "./policy.ts";
import { unreadableLeaseHelp } from "./reasons.ts";
import type { Snapshot, TaskSnapshot } from "./snapshot.ts";
import type { Block, TaskState, Waiting } from "./states.ts";

export interface HelpRequest {
  readonly snapshot: Snapshot;
  readonly policy: Pick<Policy, "commands">;
  readonly at: TaskSnapshot;
}

/** What a person could do, one sentence each without its full stop; nothing where the task goes on by itself. */
export function helpFor(state: TaskState, request: HelpRequest): readonly string[] {
  const { key } = request.at.task;
  const write = (text: string) => commandText(text, request.policy);
  switch (state.kind) {
    case "planned":
      return waitingHelp(state.waiting, request);
    case "queued":
      return state.ready ? [] : waitingHelp(state.waiting, request);
    case "review":
      return state.step.kind === "person" ? reviewHelp(state.step.why, state.pull.number, request) : [];
    case "failed":
      return [`${write(`retry ${key}`)} begins it anew, ${write(`retry ${key} with <agent>`)} with another agent`];
    case "dropped":
      return [`open ${issueOf(request.at)} again to have it done, or close it as completed when it is done`];
    case "paused":
      return [pauseHelp(state, key, request.policy)];
    case "blocked":
      return blockHelp(state.block, request);
    case "running":
    case "merged":
    case "done":
      return [];
  }
}

function issueOf({ issue, task }: TaskSnapshot): string {
  return issue === undefined ? `the issue of ${task.key}` : `#${issue.number}`;
}

function waitingHelp(waiting: Waiting, { snapshot, policy, at }: HelpRequest): readonly string[] {
  const write = (text: string) => commandText(text, policy);
  const { record } = snapshot.state;
  const { key } = at.task;
  switch (waiting.kind) {
    case "draft":
      return [`${write(`approve r${record.revision}`)} lets it begin`];
    case "cancelled":
      return [`${write("plan")} plans it anew`];
    case "plan-closed":
      return [`open #${record.issue} again`];
    case "hold":
      return ["mend what it names; then it goes on by itself"];
    case "plan-paused":
      return [`${write("resume")} lets it go on`];
    case "budget":
      return [`raise budget.${waiting.budget.scope}.${waiting.budget.unit} in .github/coppice.yml`];
    case "breaker":
      return [`mend what the attempts met, then ${write("resume")} starts all tasks again`];
    case "parked":
      return [`${write(`retry ${key} with <agent>`)} gives it to another agent`];
    case "amendment":
      return [`${write(`approve r${waiting.revision}`)} takes the amendment, ${write("undo")} drops it`];
    case "missing":
      return [
        `put #${waiting.issue} back under #${record.issue} as a sub-issue`,
        `where it was deleted, or moved to another repository: ${write("amend")} with ${write(`remove ${key}`)} gives it up, and ${write("add")} plans it anew`,
      ];
    case "no-parent":
      return [`put #${waiting.issue} back under #${record.issue} as a sub-issue`];
    case "no-room":
      return [`plan what is left on another issue`];
    case "pull-unseen":
      return [`open a pull request of ${waiting.branch}, or close ${issueOf(at)} as completed`];
    case "lease-unreadable":
      return [unreadableLeaseHelp];
    case "blockers":
      return [`close what blocks it, or take the dependency off ${issueOf(at)}`];
    case "back-off":
      return [`${write(`retry ${key}`)} begins it anew now`];
    case "create-ahead":
    case "needs":
    case "offered":
      return [];
  }
}

function blockHelp(block: Block, { snapshot, policy, at }: HelpRequest): readonly string[] {
  const write = (text: string) => commandText(text, policy);
  switch (block.kind) {
    case "need-dropped": {
      const issue = snapshot.state.record.tasks[block.key]?.number;
      const which = issue === undefined ? `the issue of ${block.key}` : `#${issue}`;
      return [`open ${which} again to have ${block.key} done, or close it as completed when it is done`];
    }
    case "need-failed":
      return [`${write(`retry ${block.key}`)} begins ${block.key} anew`];
    case "need-blocked":
      return [];
    case "pull-closed":
      return [`open #${block.pull.number} again, or ${write(`retry ${at.task.key}`)} has it done anew`];
    case "reopened":
      return [`close ${issueOf(at)}; what is missing is a task of its own (${write("amend")})`];
  }
}

function reviewHelp(why: string, pull: number, { policy, at }: HelpRequest): readonly string[] {
  switch (why) {
    case "hold":
      return ["mend what it names; then it goes on by itself"];
    case "paused":
      return [`${commandText(`resume ${at.task.key}`, policy)} lets it be merged`];
    case "attention":
      return [`look at #${pull} and mark it ready for review, or merge it`];
    case "changes-requested":
      return [`have the review of #${pull} taken back, or merge or close it`];
    case "check-failed":
      return [`run the failed check of #${pull} again, push what mends it, or close it`];
    default:
      return [`merge #${pull}, or close it`];
  }
}
