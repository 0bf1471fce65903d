import { mergeBase } from "../git/commits.ts";
import { readRef } from "../git/refs.ts";
import { type FieldError, validationFailed } from "../http/errors.ts";
import { nodeId } from "../model/node-id.ts";
import type { Pull, PullEnd } from "../model/pull.ts";
import { ownerOf } from "../present/repository.ts";
import { tellThread } from "./issue-changes.ts";
import { putThread } from "./issues.ts";
import { type Measure, measure } from "./measure-pull.ts";
import { movePullRef } from "./pull-refs.ts";
import { checkBody, checkTitle } from "./text-limits.ts";
import type { Writing } from "./writing.ts";

export interface NewPull {
  readonly title: string;
  readonly body: string | null;
  /** `branch` or `owner:branch`. */
  readonly head: string;
  readonly base: string;
  readonly draft?: boolean;
  readonly maintainerCanModify?: boolean;
}

/** Opens a pull request between two branches of the repository; 422 as GitHub words it. Makes its own transaction. */
export async function createPull(writing: Writing, input: NewPull): Promise<Pull> {
  checkTitle("PullRequest", input.title);
  checkBody("PullRequest", input.body);
  const { site, repository } = writing;
  // In the announcer's turn: no push can be announced between reading the branches and writing the row.
  return site.announceInTurn(repository.id, async () => {
    const base = await branchEnd(writing, "base", input.base);
    const head = await branchEnd(writing, "head", branchName(writing, input.head));
    refuseDouble(writing, head, base);
    const found = await compare(writing, head, base);
    const pull = site.store.transaction(() => {
      refuseDouble(writing, head, base);
      return put(writing, input, { head, base, found });
    });
    await movePullRef(site, pull, head.oid);
    return pull;
  });
}

/** The branch as one end of a pull request; 422 when there is none. */
export async function branchEnd(writing: Writing, field: "head" | "base", branch: string): Promise<PullEnd> {
  const { site, repository } = writing;
  const ref = await readRef(site.git.folder(repository.id), `refs/heads/${branch}`);
  if (ref === undefined) throw wrong({ field, code: "invalid" });
  return { repositoryId: repository.id, ref: branch, oid: ref.oid };
}

/** What lies between two branches; 422 when that is nothing. */
export async function compare({ site, repository }: Writing, head: PullEnd, base: PullEnd): Promise<Measure> {
  const folder = site.git.folder(repository.id);
  if ((await mergeBase(folder, base.oid, head.oid)) === undefined) {
    throw wrong({ code: "custom", message: `The ${head.ref} branch has no history in common with ${base.ref}` });
  }
  const found = await measure(folder, head.oid, base.oid);
  if (found.size.commits > 0) return found;
  throw wrong({ code: "custom", message: `No commits between ${base.ref} and ${head.ref}` });
}

/** 422 when an open pull request, other than `self`, goes from this head to this base. */
export function refuseDouble(writing: Writing, head: PullEnd, base: PullEnd, self?: number): void {
  const { site, repository } = writing;
  const double = site.store.pulls
    .list("byHead", [repository.id, head.ref])
    .find(
      (row) => row.id !== self && row.base.ref === base.ref && site.store.issues.get(row.issueId)?.state === "open",
    );
  if (double === undefined) return;
  const message = `A pull request already exists for ${ownerOf(site, repository).login}:${head.ref}.`;
  throw wrong({ code: "custom", message });
}

const wrong = (error: Omit<FieldError, "resource">) => validationFailed({ resource: "PullRequest", ...error });

// There are no forks here, so the owner before the colon can only be the repository's.
function branchName({ site, repository }: Writing, head: string): string {
  const [owner = "", ...branch] = head.includes(":") ? head.split(":") : [ownerOf(site, repository).login, head];
  if (owner.toLowerCase() !== ownerOf(site, repository).login.toLowerCase())
    throw wrong({ field: "head", code: "invalid" });
  return branch.join(":");
}

function put(writing: Writing, input: NewPull, ends: { head: PullEnd; base: PullEnd; found: Measure }): Pull {
  const { site, repository } = writing;
  const { title, body, draft = false, maintainerCanModify = false } = input;
  const id = site.store.nextId();
  const issue = putThread(writing, { title, body, labelIds: [], assigneeIds: [], pullId: id });
  const pull = site.store.pulls.put({
    id,
    nodeId: nodeId("pull", id),
    repositoryId: repository.id,
    issueId: issue.id,
    number: issue.number,
    head: ends.head,
    base: ends.base,
    draft,
    merged: false,
    mergedAt: null,
    mergedById: undefined,
    mergeCommitOid: undefined,
    maintainerCanModify,
    ...ends.found,
    intendedMerge: undefined,
  });
  tellThread(writing, issue, { action: "opened" });
  return pull;
}
