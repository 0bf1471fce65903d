import type { IssueView, PullView } from "../../core/queue/snapshot.ts";
import type { PhaseName } from "../../core/task/phase-name.ts";
import type { TaskKey } from "../../core/task/task.ts";

export interface PlanView {
  readonly parent: { readonly state: "open" | "closed"; readonly nodeId: string; readonly title: string };
  /** Sub-issues, the plan's own first; `key` and `phase` are read from the body's marker of issues the app itself wrote. */
  readonly issues: readonly (IssueView & {
    readonly key?: TaskKey;
    readonly phase?: PhaseName;
    /** The asked parent it is under; absent for the plan's own sub-issues. */
    readonly parent?: number;
    readonly title: string;
  })[];
  /** How many sub-issues the plan's issue has besides: in other repositories, or such as may not be read. */
  readonly elsewhere?: number;
  /** The newest pull request of each asked branch. */
  readonly pulls: readonly PullView[];
}

export interface PlanViews {
  /**
   * One plan's issue, sub-issues (those of its phase parents too), blockers and pull requests, in one request (more only
   * past 100 sub-issues of one parent or 100 branches). A parent that is not there has none.
   */
  observe(request: { issue: number; parents?: readonly number[]; branches: readonly string[] }): Promise<PlanView>;
}
