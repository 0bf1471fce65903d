import { CoppiceError } from "../../../src/core/errors.ts";
import type { PullView } from "../../../src/core/queue/snapshot.ts";
import type { MergeAnswer, NewPull, Pulls } from "../../../src/ports/forge/pulls.ts";
import { closeIssue } from "./issues.ts";
import { inventOid } from "./oid.ts";
import type { MemoryPull, World } from "./world.ts";
import { haveLabel, pullsOn, webUrl } from "./world.ts";

/** Pull requests in memory. */
export function memoryPulls(world: World): Pulls {
  const { journal } = world;
  return {
    open: (pull) =>
      journal.call("pulls.open", pull, () => pullView(openOnBranch(world, pull.branch) ?? add(world, pull))),
    get: (number) =>
      journal.call("pulls.get", number, () => {
        const pull = world.pulls.get(number);
        return pull === undefined ? undefined : pullView(pull);
      }),
    updateBody: (number, change) =>
      journal.call("pulls.updateBody", { number, change }, () => {
        const pull = mustFindPull(world, number);
        pull.body = change.body;
        pull.title = change.title ?? pull.title;
      }),
    merge: (merge) =>
      journal.call("pulls.merge", merge, () => mergePull(world, mustFindPull(world, merge.number), merge.head)),
    close: (number) =>
      journal.call("pulls.close", number, () => {
        const pull = mustFindPull(world, number);
        if (pull.state === "open") pull.state = "closed";
      }),
  };
}

/** The pull request as the port shows it. */
export function pullView(pull: MemoryPull): PullView {
  const { number, nodeId, url, state, head, branch, draft, mergeable, checks, changesRequested } = pull;
  return { number, nodeId, url, state, head, branch, draft, mergeable, checks, changesRequested };
}

/** Merges as GitHub does: the base moves, and issues the body closes are completed. */
export function mergePull(world: World, pull: MemoryPull, head: string): MergeAnswer {
  if (pull.mergeCommit !== undefined && pull.head === head) return { kind: "merged", commit: pull.mergeCommit };
  if (pull.state !== "open") return { kind: "not-mergeable", reason: "Pull Request is not mergeable" };
  if (pull.head !== head) return { kind: "head-moved" };
  if (pull.draft) return { kind: "not-mergeable", reason: "Pull Request is still a draft" };
  if (pull.mergeable === "conflict") return { kind: "not-mergeable", reason: "Pull Request is not mergeable" };
  const commit = inventOid();
  pull.state = "merged";
  pull.mergeCommit = commit;
  world.branches.set(pull.base, commit);
  const closed: number[] = [];
  for (const match of pull.body.matchAll(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?) #(\d+)/gi)) {
    const issue = world.issues.get(Number(match[1]));
    if (issue === undefined) continue;
    closeIssue(issue, "completed");
    closed.push(issue.number);
  }
  return { kind: "merged", commit, closed };
}

/** Throws forge-not-found, as the adapter does on a 404. */
export function mustFindPull(world: World, number: number): MemoryPull {
  const pull = world.pulls.get(number);
  if (pull === undefined) throw new CoppiceError("forge-not-found", `there is no pull request #${number}`);
  return pull;
}

function openOnBranch(world: World, branch: string): MemoryPull | undefined {
  return pullsOn(world, branch).find((pull) => pull.state === "open");
}

function add(world: World, pull: NewPull): MemoryPull {
  const head = world.branches.get(pull.branch);
  if (head === undefined) throw new CoppiceError("forge-refused", `there is no branch ${pull.branch}`);
  if (!world.branches.has(pull.base)) throw new CoppiceError("forge-refused", `there is no branch ${pull.base}`);
  const number = world.nextNumber++;
  const added: MemoryPull = {
    ...pull,
    number,
    nodeId: `PR_${number}`,
    url: webUrl(world, `pull/${number}`),
    state: "open",
    head,
    mergeable: "yes",
    checks: "none",
    changesRequested: false,
    labels: new Set(pull.labels),
  };
  for (const name of pull.labels) haveLabel(world, name);
  world.pulls.set(number, added);
  world.branchPulls.set(pull.branch, [...(world.branchPulls.get(pull.branch) ?? []), number]);
  return added;
}
