import { z } from "zod";
import type { Oid } from "../core/repository.ts";
import { hasNonce, rootMessage } from "./ledger-message.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";

/** A commit as far as it matters who made it. */
export interface LedgerCommitRow {
  readonly oid: Oid;
  readonly parents: readonly Oid[];
  /** GitHub itself signed it, for the app. */
  readonly own: boolean;
  /** At most 100 characters: the account, or else whatever name the commit gives. */
  readonly author: string;
  /** ISO 8601; the commit's own word. */
  readonly at: string;
}

/** Commits of a page; most often the first one is enough. */
const perPage = 30;
const maxPages = 3;

/** Null for an address that is no account's. */
const account = z.object({ login: z.string().optional() }).nullish();
const listed = z.object({
  sha: z.string(),
  parents: z.array(z.object({ sha: z.string() })),
  author: account,
  committer: account,
  commit: z.object({
    message: z.string(),
    author: z.object({ name: z.string().optional(), date: z.string().optional() }).nullish(),
    committer: z.object({ date: z.string().optional() }).nullish(),
    verification: z.object({ verified: z.boolean() }).optional(),
  }),
});
const comparison = z.object({ status: z.string() });

/** The head and what lies below it, newest first, in pages until one that has enough, at most 90 commits. */
export async function listDown(
  scope: Scope,
  head: Oid,
  isEnough: (row: LedgerCommitRow) => boolean,
): Promise<readonly LedgerCommitRow[]> {
  const rows: LedgerCommitRow[] = [];
  const route = "GET /repos/{owner}/{repo}/commits";
  for (let page = 1; page <= maxPages; page++) {
    const parameters = { ...restName(scope), sha: head, per_page: perPage, page };
    const found = await scope.client.rest({ route, parameters, priority: "people" }, z.array(listed));
    rows.push(...found.map((row) => toRow(scope, row)));
    if (found.length < perPage || rows.some(isEnough)) break;
  }
  return rows;
}

/** True when `head` has `ancestor` below it; a commit that is not there any more is nobody's ancestor. */
export async function descendsFrom(scope: Scope, head: Oid, ancestor: Oid): Promise<boolean> {
  const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
  const parameters = { ...restName(scope), basehead: `${ancestor}...${head}`, per_page: 1 };
  const found = await scope.client.find({ route, parameters, priority: "people" }, comparison);
  return found?.status === "ahead" || found?.status === "identical";
}

function toRow(scope: Scope, row: z.infer<typeof listed>): LedgerCommitRow {
  const { sha, parents, author, commit } = row;
  const name = author?.login ?? commit.author?.name ?? "somebody";
  return {
    oid: sha,
    parents: parents.map((parent) => parent.sha),
    own: isOwn(scope, row),
    author: name.replace(/[\p{Cc}\p{Cf}]/gu, "").slice(0, 100),
    at: commit.committer?.date ?? commit.author?.date ?? new Date(0).toISOString(),
  };
}

/** Signs for GitHub itself. */
const webFlow = "web-flow";

/**
 * The author is anybody's to write. What is signed is the committer: people can sign as themselves and name the app as
 * author, so the committer has to be the app or GitHub. The app makes more than the ledger (it merges pull requests),
 * hence the message, which proves nothing by itself; and nothing of the ledger has two parents.
 */
function isOwn({ botLogin }: Scope, { parents, author, committer, commit }: z.infer<typeof listed>): boolean {
  const signed = commit.verification?.verified === true && author?.login === botLogin;
  const byGithub = committer?.login === botLogin || committer?.login === webFlow;
  const ours = parents.length === 0 ? commit.message.trim() === rootMessage : hasNonce(commit.message);
  return signed && byGithub && ours && parents.length < 2;
}
