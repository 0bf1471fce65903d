import type { Commit, Signature } from "../git/commit-text.ts";
import { commitsBetween, commitTree, signature } from "../git/commits.ts";
import { mergeTree } from "../git/merge.ts";
import { HttpError } from "../http/errors.ts";
import type { Account } from "../model/account.ts";
import type { Issue } from "../model/issue.ts";
import type { MergeMethod, Pull } from "../model/pull.ts";

export interface MergeRequest {
  readonly method: MergeMethod;
  readonly title?: string;
  readonly message?: string;
}

export interface MergeInput extends MergeRequest {
  readonly folder: string;
  readonly pull: Pull;
  readonly issue: Issue;
  /** Owner of the head branch, for the default message. */
  readonly headOwner: string;
  readonly headOid: string;
  readonly baseOid: string;
  /** Who merges: the committer. */
  readonly merger: Account;
  /** Who opened the pull request: the author of a squashed commit. */
  readonly opener: Account;
  /** ISO 8601. */
  readonly now: string;
}

/** Makes the commit the base branch would move to; 405 when the two do not merge. No ref moves. */
export function makeMergeCommit(input: MergeInput): Promise<string> {
  return { merge, squash, rebase }[input.method](input);
}

const notMergeable = () => new HttpError(405, "Pull Request is not mergeable");

async function merge(input: MergeInput): Promise<string> {
  const { folder, pull, issue, headOwner, headOid, baseOid, merger, now } = input;
  const title = input.title ?? `Merge pull request #${pull.number} from ${headOwner}/${pull.head.ref}`;
  return commitTree(folder, {
    tree: await mergedTree(folder, baseOid, headOid),
    parents: [baseOid, headOid],
    message: joined(title, input.message ?? issue.title),
    author: signature(merger, now),
  });
}

async function squash(input: MergeInput): Promise<string> {
  const { folder, pull, issue, headOid, baseOid, merger, opener, now } = input;
  const commits = await brought(folder, headOid, baseOid);
  const [only] = commits.length === 1 ? commits : [];
  const title = input.title ?? `${only === undefined ? issue.title : subject(only)} (#${pull.number})`;
  const list = commits.map((commit) => `* ${commit.message}`).join("\n\n");
  return commitTree(folder, {
    tree: await mergedTree(folder, baseOid, headOid),
    parents: [baseOid],
    message: joined(title, input.message ?? (only === undefined ? list : rest(only))),
    author: signature(opener, now),
    committer: signature(merger, now),
  });
}

async function rebase({ folder, headOid, baseOid, merger, now }: MergeInput): Promise<string> {
  const committer = signature(merger, now);
  let tip = baseOid;
  for (const commit of await brought(folder, headOid, baseOid)) {
    // A merge brings nothing of its own once its branches have been replayed.
    if (commit.parents.length === 1) tip = await replay(folder, commit, { onto: tip, committer });
  }
  if (tip === baseOid) throw notMergeable();
  return tip;
}

async function replay(folder: string, commit: Commit, place: { onto: string; committer: Signature }): Promise<string> {
  const { onto, committer } = place;
  // git merge-tree takes no merge base before 2.40, so a commit is made whose parent is that base.
  const ours = await commitTree(folder, {
    tree: onto,
    parents: commit.parents,
    message: "replay",
    author: committer,
  });
  const tree = await mergedTree(folder, ours, commit.oid);
  return commitTree(folder, { tree, parents: [onto], message: commit.message, author: commit.author, committer });
}

async function mergedTree(folder: string, ours: string, theirs: string): Promise<string> {
  const outcome = await mergeTree(folder, { ours, theirs });
  if (outcome.kind === "conflict") throw notMergeable();
  return outcome.tree;
}

/** The commits of the head that the base lacks, oldest first. */
async function brought(folder: string, headOid: string, baseOid: string): Promise<Commit[]> {
  return (await commitsBetween(folder, { from: baseOid, to: headOid })).reverse();
}

const subject = (commit: Commit) => commit.message.split("\n", 1)[0] ?? "";
const rest = (commit: Commit) => commit.message.slice(subject(commit).length).trim();
const joined = (title: string, message: string) => (message === "" ? title : `${title}\n\n${message}`);
