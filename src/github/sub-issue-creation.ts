import type { TaskIssue } from "../core/plan/plan.ts";
import type { Marks } from "../core/task/marker.ts";
import type { ParentIssue } from "../ports/forge/issues.ts";
import type { LabelsWithIds } from "./labels.ts";
import type { Scope } from "./scope.ts";

/** Where sub-issues of one kind go, and by what they are found again. */
export interface SubIssueCreation<Key extends string> {
  readonly scope: Scope;
  readonly labels: LabelsWithIds;
  readonly parent: ParentIssue;
  readonly marks: Marks<Key>;
  /** Nobody can have begun to create any of them. */
  readonly first?: boolean;
}

/** What is there by now; filled as it comes into being. */
export type CreatedSubIssues<Key extends string> = Map<Key, TaskIssue>;

/** The plan's issue number, which every marker names. */
export function planOf({ parent }: Pick<SubIssueCreation<string>, "parent">): number {
  return parent.plan ?? parent.number;
}
