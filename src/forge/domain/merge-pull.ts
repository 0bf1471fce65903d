import { announce } from "../git/announce.ts";
import { zeroOid } from "../git/names.ts";
import { readRef } from "../git/refs.ts";
import { conflict, HttpError, notFound } from "../http/errors.ts";
import type { MergeMethod, Pull } from "../model/pull.ts";
import type { Repository } from "../model/repository.ts";
import { ownerOf } from "../present/repository.ts";
import { type Site, timeOf } from "../site.ts";
import { issueOf } from "./find-issue.ts";
import { type MergeRequest, makeMergeCommit } from "./merge-commit.ts";
import { missingChecks } from "./required-checks.ts";
import { signCommit } from "./signed-commits.ts";
import type { Writing } from "./writing.ts";

export interface MergeOptions extends Omit<MergeRequest, "method"> {
  readonly method?: MergeMethod;
  /** The head the caller looked at; 409 when it has moved. */
  readonly expectedHead?: string;
}

/**
 * Merges a pull request: the intention is stored, the base branch moves, and the announcement of that move
 * completes the rest, also when the process died in between. An intention whose branch never moved means nothing,
 * and is written over by the next. 405 when it cannot be merged, 409 when a branch moved.
 */
export async function mergePull(writing: Writing, pull: Pull, options: MergeOptions = {}): Promise<Pull> {
  const { site, repository, account } = writing;
  await site.inTurn(repository.id, async () => {
    await moveBase(writing, pull.id, options);
    await announce(site, repository.id, account);
  });
  const merged = site.store.pulls.get(pull.id);
  if (!merged?.merged) throw baseMoved();
  if (repository.deleteBranchOnMerge) await deleteHead(writing, merged);
  return merged;
}

const headMoved = () => conflict("Head branch was modified. Review and try the merge again.");
const baseMoved = () => conflict("Base branch was modified. Review and try the merge again.");
const notAllowed = (reason: string) => new HttpError(405, reason);

async function moveBase(writing: Writing, id: number, options: MergeOptions): Promise<void> {
  const { site, repository, account } = writing;
  const { store } = site;
  const { method = "merge", expectedHead, title, message } = options;
  const pull = store.pulls.get(id);
  if (pull === undefined) throw notFound();
  const folder = site.git.folder(repository.id);
  const head = await readRef(folder, `refs/heads/${pull.head.ref}`);
  const base = await readRef(folder, `refs/heads/${pull.base.ref}`);
  refuse(writing, pull, method);
  if (head === undefined || base === undefined) throw notAllowed("Pull Request is not mergeable");
  if (expectedHead !== undefined && expectedHead !== head.oid) throw headMoved();
  refuseUnchecked(writing, pull, head.oid);

  const issue = issueOf(site, pull);
  const commitOid = await makeMergeCommit({
    ...{ method, title, message, folder, pull, issue },
    ...{ headOid: head.oid, baseOid: base.oid, headOwner: ownerOf(site, repository).login },
    ...{ merger: account, opener: store.accounts.get(issue.authorId) ?? account, now: timeOf(site) },
  });
  // GitHub signs what it merges itself, but no squash of another's pull request.
  if (method === "merge" || (method === "squash" && issue.authorId === account.id)) {
    signCommit(site, repository.id, commitOid);
  }
  intend(site, id, { commitOid, byId: account.id });
  const outcome = await site.git.updateRefs(repository.id, [
    { name: `refs/heads/${pull.base.ref}`, before: base.oid, after: commitOid },
  ]);
  if (outcome.kind === "updated") return;
  intend(site, id, undefined);
  throw baseMoved();
}

function intend({ store }: Site, id: number, intendedMerge: Pull["intendedMerge"]): void {
  store.transaction(() => {
    const pull = store.pulls.get(id);
    if (pull === undefined || pull.merged) return;
    if (intendedMerge !== undefined && store.issues.get(pull.issueId)?.state !== "open") {
      throw notAllowed("Pull Request is not mergeable");
    }
    store.pulls.put({ ...pull, intendedMerge });
  });
}

function refuse({ site, repository }: Writing, pull: Pull, method: MergeMethod): void {
  if (pull.merged || issueOf(site, pull).state !== "open") throw notAllowed("Pull Request is not mergeable");
  if (pull.draft) throw notAllowed("Pull Request is still a draft");
  if (!allows(repository, method)) throw notAllowed(refusals[method]);
}

const refusals: Readonly<Record<MergeMethod, string>> = {
  merge: "Merge commits are not allowed on this repository.",
  squash: "Squash merges are not allowed on this repository.",
  rebase: "Rebase merges are not allowed on this repository.",
};

function allows(repository: Repository, method: MergeMethod): boolean {
  const { allowMergeCommit, allowSquashMerge, allowRebaseMerge } = repository;
  return { merge: allowMergeCommit, squash: allowSquashMerge, rebase: allowRebaseMerge }[method];
}

function refuseUnchecked({ site, repository }: Writing, pull: Pull, headOid: string): void {
  const [first, ...more] = missingChecks(site, { repositoryId: repository.id, branch: pull.base.ref, oid: headOid });
  if (first === undefined) return;
  throw notAllowed(
    more.length === 0
      ? `Required status check "${first}" is expected.`
      : `${more.length + 1} required status checks are expected.`,
  );
}

// Other open pull requests from or into the branch keep it alive.
async function deleteHead({ site, repository, account }: Writing, { head }: Pull): Promise<void> {
  const used = [
    ...site.store.pulls.list("byHead", [repository.id, head.ref]),
    ...site.store.pulls.list("byBase", [repository.id, head.ref]),
  ].some((pull) => issueOf(site, pull).state === "open");
  if (used || head.ref === repository.defaultBranch) return;
  const name = `refs/heads/${head.ref}`;
  await site.git.updateRefs(repository.id, [{ name, before: head.oid, after: zeroOid }]);
  await announce(site, repository.id, account);
}
