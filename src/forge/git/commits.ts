import type { Account } from "../model/account.ts";
import { timestamp } from "../site.ts";
import { type Commit, formatCommit, parseCommit, type Signature } from "./commit-text.ts";
import { objectInfo, readObject } from "./object-reader.ts";
import { writeObject } from "./object-writer.ts";
import { git, gitText } from "./run.ts";

export interface CommitRange {
  /** Object ids; one with a caret in front excludes what it reaches. */
  readonly range: readonly string[];
  readonly limit?: number;
  readonly skip?: number;
  /** Only commits that changed this path. */
  readonly path?: string;
}

export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: Signature;
  readonly committer?: Signature;
}

// Ten fields, each ended by NUL, which can occur in none of them.
const format = ["%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B"].join("%x00");

/** The commit with this full object id, or that the tag with it leads to. */
export async function readCommit(folder: string, oid: string): Promise<Commit | undefined> {
  const object = await readObject(folder, `${oid}^{commit}`);
  if (object === undefined) return undefined;
  const commit = parseCommit(object.oid, object.content);
  if (commit !== undefined) return commit;
  // Not plain UTF-8: git knows the old encodings.
  const args = ["log", "-z", "--no-walk=unsorted", `--format=tformat:${format}`, "--end-of-options", object.oid, "--"];
  const result = await git(folder, args);
  return result.code === 0 ? parseCommits(result.stdout)[0] : undefined;
}

/**
 * Like `listCommits` of one commit without those another reaches, and quick where the new commits are few and in one
 * line: undefined otherwise, and when the line does not lead to the other commit.
 */
export async function listLine(
  folder: string,
  { from, to }: { from: string; to: string },
): Promise<Commit[] | undefined> {
  const line: Commit[] = [];
  for (let oid = to; line.length < longestLine; ) {
    if (oid === from) return line;
    const commit = await readCommit(folder, oid);
    const [parent, ...others] = commit?.parents ?? [];
    if (commit === undefined || parent === undefined || others.length > 0) return undefined;
    line.push(commit);
    oid = parent;
  }
  return undefined;
}

// Above this, one process is quicker than that many reads.
const longestLine = 20;

/** The commits that `to` reaches and `from` does not, newest first; 10,000 unless a limit is given. */
export async function commitsBetween(
  folder: string,
  { from, to, limit }: { from: string; to: string; limit?: number },
): Promise<Commit[]> {
  const line = await listLine(folder, { from, to });
  return line?.slice(0, limit) ?? listCommits(folder, { range: [to, `^${from}`], limit });
}

/** Commits of a range, newest first; 10,000 unless a limit is given. */
export async function listCommits(folder: string, options: CommitRange): Promise<Commit[]> {
  const { range, limit = 10_000, skip = 0, path } = options;
  const bounds = [`--max-count=${limit}`, `--skip=${skip}`];
  const paths = path === undefined ? [] : [path];
  const args = [
    "log",
    "-z",
    "--topo-order",
    `--format=tformat:${format}`,
    ...bounds,
    "--end-of-options",
    ...range,
    "--",
  ];
  return parseCommits(await gitText(folder, [...args, ...paths]));
}

/** How many commits `to` reaches and `from` does not. */
export async function countCommits(folder: string, { from, to }: { from: string; to: string }): Promise<number> {
  const line = await listLine(folder, { from, to });
  if (line !== undefined) return line.length;
  return Number(await gitText(folder, ["rev-list", "--count", "--end-of-options", to, `^${from}`]));
}

/** Whether `descendant` reaches `ancestor` (a commit is its own ancestor). */
export async function isAncestor(folder: string, ancestor: string, descendant: string): Promise<boolean> {
  if ((await listLine(folder, { from: ancestor, to: descendant })) !== undefined) return true;
  const result = await git(folder, ["merge-base", "--is-ancestor", ancestor, descendant]);
  if (result.code > 1) throw new Error(`git merge-base ended with ${result.code}: ${result.stderr.trim()}`);
  return result.code === 0;
}

/** The best common ancestor, if the histories are related; quickest where `left` itself is it. */
export async function mergeBase(folder: string, left: string, right: string): Promise<string | undefined> {
  if ((await listLine(folder, { from: left, to: right })) !== undefined) return left;
  const result = await git(folder, ["merge-base", left, right]);
  return result.code === 0 ? result.stdout.trim() : undefined;
}

/** Writes a commit object and answers its id; no ref moves. `tree` is a tree's or a commit's full object id. */
export async function commitTree(folder: string, commit: NewCommit): Promise<string> {
  const tree = await objectInfo(folder, `${commit.tree}^{tree}`);
  if (tree === undefined) throw new Error(`${commit.tree} is no tree`);
  const { parents, message, author, committer = author } = commit;
  return writeObject(folder, "commit", formatCommit({ tree: tree.oid, parents, message, author, committer }));
}

/** How an account signs what the forge commits for it. */
export function signature(account: Account, date: string): Signature {
  const email = `${account.id}+${account.login}@users.noreply.github.com`;
  return { name: account.login, email, date };
}

function parseCommits(text: string): Commit[] {
  const fields = text.split("\0");
  const commits: Commit[] = [];
  for (let at = 0; at + 9 < fields.length; at += 10) {
    const [oid = "", tree = "", parents = "", ...rest] = fields.slice(at, at + 10);
    const [name = "", email = "", date = "", committerName = "", committerEmail = "", committed = "", body = ""] = rest;
    commits.push({
      oid,
      tree,
      parents: parents === "" ? [] : parents.split(" "),
      author: { name, email, date: utc(date) },
      committer: { name: committerName, email: committerEmail, date: utc(committed) },
      message: body.replace(/\n$/, ""),
    });
  }
  return commits;
}

function utc(date: string): string {
  const parsed = new Date(date);
  return timestamp(Number.isNaN(parsed.getTime()) ? new Date(0) : parsed);
}
