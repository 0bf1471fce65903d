import type { PullView } from "../../../src/core/queue/snapshot.ts";
import { phaseMarks, taskMarks } from "../../../src/core/task/marker.ts";
import type { PlanView, PlanViews } from "../../../src/ports/forge/plan-views.ts";
import { keyOf, mustFind } from "./issues.ts";
import { pullView } from "./pulls.ts";
import type { MemoryIssue, World } from "./world.ts";
import { childrenOf, pullsOn } from "./world.ts";

/** Plan views in memory. */
export function memoryPlanViews(world: World): PlanViews {
  return {
    observe: (request) =>
      world.journal.call("plans.observe", request, () => {
        const { state, nodeId, title } = mustFind(world, request.issue);
        const parents = [request.issue, ...(request.parents ?? [])];
        const issues = parents.flatMap((parent) => childrenOf(world, parent));
        return {
          parent: { state, nodeId, title },
          issues: issues.map((issue) => issueView(world, request.issue, issue)),
          pulls: request.branches.flatMap((branch) => newestOnBranch(world, branch)),
        };
      }),
  };
}

function issueView(world: World, plan: number, issue: MemoryIssue): PlanView["issues"][number] {
  const { number, id, nodeId, title, state, reason, labels, blockedBy } = issue;
  const openBlockers = [...blockedBy].filter((blocker) => world.issues.get(blocker)?.state === "open");
  const key = keyOf(world, { marks: taskMarks, plan }, issue);
  const phase = keyOf(world, { marks: phaseMarks, plan }, issue);
  const parent = issue.parent === plan ? undefined : issue.parent;
  return { number, id, nodeId, title, state, reason, labels: [...labels], openBlockers, key, phase, parent };
}

function newestOnBranch(world: World, branch: string): PullView[] {
  const newest = pullsOn(world, branch).at(-1);
  return newest === undefined ? [] : [pullView(newest)];
}
