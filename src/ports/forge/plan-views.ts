import type { IssueView, PullView } from "../../core/queue/snapshot.ts";
import type { TaskKey } from "../../core/task/task.ts";

export interface PlanView {
  readonly parent: { readonly state: "open" | "closed"; readonly nodeId: string; readonly title: string };
  /** Sub-issues by number; `key` is read from the body's marker of issues the app itself wrote. */
  readonly issues: readonly (IssueView & { readonly key?: TaskKey; readonly title: string })[];
  /** How many sub-issues there are besides: in other repositories, or such as may not be read. */
  readonly elsewhere?: number;
  /** The newest pull request of each asked branch. */
  readonly pulls: readonly PullView[];
}

export interface PlanViews {
  /** One plan's issue, sub-issues, blockers and pull requests, in one request (more only past 100 sub-issues). */
  observe(request: { issue: number; branches: readonly string[] }): Promise<PlanView>;
}
