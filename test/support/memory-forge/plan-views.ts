import type { PullView } from "../../../src/core/queue/snapshot.ts";
import type { PlanView, PlanViews } from "../../../src/ports/forge/plan-views.ts";
import { mustFind, taskKeyOf } from "./issues.ts";
import { pullView } from "./pulls.ts";
import type { MemoryIssue, World } from "./world.ts";

/** Plan views in memory. */
export function memoryPlanViews(world: World): PlanViews {
  return {
    observe: (request) =>
      world.journal.call("plans.observe", request, () => {
        const { state, nodeId, title } = mustFind(world, request.issue);
        const issues = [...world.issues.values()].filter((issue) => issue.parent === request.issue);
        return {
          parent: { state, nodeId, title },
          issues: issues.map((issue) => issueView(world, issue)),
          pulls: request.branches.flatMap((branch) => newestOnBranch(world, branch)),
        };
      }),
  };
}

function issueView(world: World, issue: MemoryIssue): PlanView["issues"][number] {
  const { number, id, nodeId, title, state, reason, labels, blockedBy } = issue;
  const openBlockers = [...blockedBy].filter((blocker) => world.issues.get(blocker)?.state === "open");
  const key = taskKeyOf(world, issue);
  return { number, id, nodeId, title, state, reason, labels: [...labels], openBlockers, key };
}

function newestOnBranch(world: World, branch: string): PullView[] {
  const newest = [...world.pulls.values()].filter((pull) => pull.branch === branch).at(-1);
  return newest === undefined ? [] : [pullView(newest)];
}
