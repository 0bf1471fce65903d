import type { TaskIssue } from "../../core/plan/plan.ts";
import type { LabelAct } from "../../core/queue/steering-labels.ts";
import type { PhaseName } from "../../core/task/phase-name.ts";
import type { TaskKey } from "../../core/task/task.ts";
import type { Within } from "./comments.ts";

export interface IssueDetail {
  readonly number: number;
  readonly id: number;
  readonly nodeId: string;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed";
  readonly author: string;
  readonly labels: readonly string[];
  readonly url: string;
}

/** An issue as a command on it is read; times are ISO 8601 and absent when the text was never edited. */
export interface CommandedIssue {
  readonly issue: IssueDetail;
  /** Title edits are not told. */
  readonly bodyEditedAt?: string;
  readonly commentEditedAt?: string;
}

/** A sub-issue to create: created, linked and labelled in one mutation. */
export interface NewSubIssue<Key extends string> {
  readonly key: Key;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

export type NewTaskIssue = NewSubIssue<TaskKey>;

/** An issue sub-issues are created under. */
export interface ParentIssue {
  readonly number: number;
  readonly nodeId: string;
  /** The plan's issue, where that is another one: the parent is one of its phase parents. */
  readonly plan?: number;
}

/** How sub-issues are created. */
export interface Creation {
  /** Nobody can have begun to create any of them, so that none is looked for first. */
  readonly first?: boolean;
}

export interface Issues {
  /** Undefined when there is no such issue. A pull request's number is not an issue. */
  get(number: number, options?: Within): Promise<IssueDetail | undefined>;
  /** The issue and one comment of it, with when their texts were last edited, in one request: to the second, `updatedAt` cannot tell. Undefined like `get`, or when the comment is gone. */
  getCommanded(number: number, comment: { readonly nodeId: string }): Promise<CommandedIssue | undefined>;
  create(issue: { title: string; body: string; labels: readonly string[] }): Promise<IssueDetail>;
  /** At most 10 mutations a request. What was created is given even when a later one failed; order as asked. */
  createTasks(
    parent: ParentIssue,
    tasks: readonly NewTaskIssue[],
    options?: Creation,
  ): Promise<ReadonlyMap<TaskKey, TaskIssue>>;
  /** The same for phase parents, under the plan's issue. */
  createPhases(
    plan: ParentIssue,
    phases: readonly NewSubIssue<PhaseName>[],
    options?: Creation,
  ): Promise<ReadonlyMap<PhaseName, TaskIssue>>;
  /** `blocked` waits for `blocking`; edges that are there already are no error. At most 10 mutations a request. */
  addBlockers(edges: readonly { blocked: TaskIssue; blocking: TaskIssue }[]): Promise<void>;
  /** Takes `blocked` off what it waited for; edges that are not there are no error. At most 10 mutations a request. */
  removeBlockers(edges: readonly { blocked: TaskIssue; blocking: TaskIssue }[]): Promise<void>;
  update(number: number, change: { readonly title: string; readonly body: string }): Promise<void>;
  close(number: number, reason: "completed" | "not_planned"): Promise<void>;
  /** Who put labels on an issue or took them off, oldest first; empty for one that is gone. */
  labelActs(number: number): Promise<readonly LabelAct[]>;
}
