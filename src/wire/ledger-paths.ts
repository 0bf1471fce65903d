import type { TaskKey } from "../core/task/task.ts";

/** The branch that is the database of one repository, without history in common with the code. Former revisions are in its history. */
export const ledgerBranch = "coppice-ledger";

/** How far comments have been dealt with, for the whole repository. */
export const marksPath = "marks.yaml";

/** Everything about one plan lies below this folder. */
export function planFolder(issue: number): string {
  return `plans/${issue}`;
}

/** What people approve: its bytes are hashed. */
export function planPath(issue: number): string {
  return `${planFolder(issue)}/plan.yaml`;
}

/** Status, approval, revisions, the plan comment, the tasks' issues. */
export function recordPath(issue: number): string {
  return `${planFolder(issue)}/record.yaml`;
}

/** A change of an approved plan that waits for its own approval. */
export function amendmentPath(issue: number): string {
  return `${planFolder(issue)}/amendment.yaml`;
}

/** The latest change set the planner proposed. */
export function proposalPath(issue: number): string {
  return `${planFolder(issue)}/proposal.yaml`;
}

/** The commit of somebody else's that touched this plan, until somebody approves again. */
export function foreignPath(issue: number): string {
  return `${planFolder(issue)}/foreign.yaml`;
}

/** The plan as one of its revisions had it. */
export function revisionPath(issue: number, revision: number): string {
  return `${planFolder(issue)}/revisions/${revision}.yaml`;
}

/** The revision of a path like `plans/2/revisions/7.yaml`; undefined for any other path. */
export function revisionOfPath(path: string): number | undefined {
  const match = /^plans\/[1-9]\d{0,9}\/revisions\/([1-9]\d{0,8})\.yaml$/.exec(path);
  return match === null ? undefined : Number(match[1]);
}

/** An answer that is decided and not yet known to be posted. */
export function answerPath(issue: number, comment: number): string {
  return `${planFolder(issue)}/answers/${comment}.md`;
}

/** The comment of a path like `plans/2/answers/77.md`; undefined for any other path. */
export function commentOfAnswerPath(path: string): number | undefined {
  const match = /^plans\/[1-9]\d{0,9}\/answers\/([1-9]\d{0,15})\.md$/.exec(path);
  return match === null ? undefined : Number(match[1]);
}

/** The plan whose folder a path lies in; undefined for any other path. */
export function issueOfPath(path: string): number | undefined {
  const match = /^plans\/([1-9]\d{0,9})\//.exec(path);
  return match === null ? undefined : Number(match[1]);
}

/** What the agent says it did, for the tasks that need it. */
export function resultPath(issue: number, task: TaskKey): string {
  return `${planFolder(issue)}/tasks/${task}/result.md`;
}

/** One attempt's record. */
export function runPath(issue: number, task: TaskKey, epoch: number): string {
  return `${planFolder(issue)}/tasks/${task}/runs/${epoch}.json`;
}

/** The plan and task a path like `plans/2/tasks/T1/result.md` belongs to; undefined for any other path. */
export function taskOfResultPath(path: string): { readonly issue: number; readonly task: TaskKey } | undefined {
  const match = /^plans\/([1-9]\d{0,9})\/tasks\/T([1-9]\d{0,5})\/result\.md$/.exec(path);
  return match === null ? undefined : { issue: Number(match[1]), task: `T${Number(match[2])}` };
}
