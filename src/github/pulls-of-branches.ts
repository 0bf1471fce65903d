import type { PullView } from "../core/queue/snapshot.ts";
import { graphqlFailure, parseAnswer } from "./client.ts";
import type { Part } from "./documents.ts";
import { partKey } from "./documents.ts";
import { pullsOfBranch, toPullView } from "./pull-view.ts";
import { newestOfBranch } from "./pulls.ts";
import type { Scope } from "./scope.ts";

/** Branches asked for in one request: each costs a tenth of a point, and GitHub gives an answer ten seconds. */
export const maxBranches = 100;

/** What is asked for, and for what. */
export interface BranchRequest {
  readonly scope: Scope;
  readonly purpose: string;
  readonly branches: readonly string[];
}

/** One part a branch. */
export function branchParts({ repository: { owner, name } }: Scope, branches: readonly string[]): readonly Part[] {
  return branches.map((branch) => ({ document: "pulls-of-branch", variables: { owner, name, branch } }));
}

/** The newest own pull request of each branch that has one, from the answers to their parts. */
export async function pullsIn(
  { scope, purpose, branches }: BranchRequest,
  answerAt: (index: number) => unknown,
): Promise<readonly PullView[]> {
  const pulls = await Promise.all(branches.map((branch, at) => ownPull(scope, { purpose, branch }, answerAt(at))));
  return pulls.filter((pull) => pull !== undefined);
}

/** The same, asked for in requests of their own. */
export async function pullsOf({ scope, purpose, branches }: BranchRequest): Promise<readonly PullView[]> {
  const pulls: PullView[] = [];
  for (let start = 0; start < branches.length; start += maxBranches) {
    const some = branches.slice(start, start + maxBranches);
    const { data, errors } = await scope.client.graphql({ parts: branchParts(scope, some) });
    const [failure] = errors;
    if (failure !== undefined) throw graphqlFailure(purpose, failure);
    pulls.push(...(await pullsIn({ scope, purpose, branches: some }, (at) => data[partKey(at)])));
  }
  return pulls;
}

/** A branch of the same name in a fork is a stranger's, and a page full of those may hide ours. */
async function ownPull(
  scope: Scope,
  { purpose, branch }: { readonly purpose: string; readonly branch: string },
  data: unknown,
): Promise<PullView | undefined> {
  const { pageInfo, nodes } = parseAnswer(purpose, data, pullsOfBranch).pullRequests;
  const own = nodes.find((pull) => pull?.isCrossRepository === false);
  if (own) {
    scope.nodes.pulls.learn(own.number, own.id);
    return toPullView(own);
  }
  return pageInfo.hasNextPage ? newestOfBranch(scope, branch, "all") : undefined;
}
