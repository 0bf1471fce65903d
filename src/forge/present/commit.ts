import type { Commit, Signature } from "../git/commit-text.ts";
import type { FileDiff } from "../git/diff.ts";
import type { Account } from "../model/account.ts";
import { nodeId } from "../model/node-id.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { presentAccount } from "./account.ts";
import { repositoryApi, repositoryPage } from "./repository.ts";

/** GitHub's `commit`, without stats and files. */
export function presentCommit(site: Site, repository: Repository, commit: Commit): Record<string, unknown> {
  const api = repositoryApi(site, repository);
  const page = repositoryPage(site, repository);
  const account = (signature: Signature) => {
    const found = accountBySignature(site, signature);
    return found === undefined ? null : presentAccount(site, found);
  };
  return {
    sha: commit.oid,
    node_id: nodeId("commit", repository.id, commit.oid),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.oid}`,
      comment_count: 0,
      verification: verificationOf(site, repository, commit.oid),
    },
    url: `${api}/commits/${commit.oid}`,
    html_url: `${page}/commit/${commit.oid}`,
    comments_url: `${api}/commits/${commit.oid}/comments`,
    author: account(commit.author),
    committer: account(commit.committer),
    parents: parentsOf(api, page, commit, "commits"),
  };
}

/** GitHub's `git-commit`. */
export function presentGitCommit(site: Site, repository: Repository, commit: Commit): Record<string, unknown> {
  const api = repositoryApi(site, repository);
  const page = repositoryPage(site, repository);
  return {
    sha: commit.oid,
    node_id: nodeId("commit", repository.id, commit.oid),
    url: `${api}/git/commits/${commit.oid}`,
    html_url: `${page}/commit/${commit.oid}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: parentsOf(api, page, commit, "git/commits"),
    verification: verificationOf(site, repository, commit.oid),
  };
}

/** GitHub's `diff-entry` of a file as it is in the commit `oid`. */
export function presentFile(site: Site, repository: Repository, oid: string, file: FileDiff): Record<string, unknown> {
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  return {
    sha: file.blob,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${repositoryPage(site, repository)}/blob/${oid}/${path}`,
    raw_url: `${repositoryPage(site, repository)}/raw/${oid}/${path}`,
    contents_url: `${repositoryApi(site, repository)}/contents/${path}?ref=${oid}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
  };
}

/** The account whose `id+login@users.noreply.github.com` address signed. */
function accountBySignature({ store }: Site, { email }: Signature): Account | undefined {
  const match = /^(\d+)\+(.+)@users\.noreply\.github\.com$/.exec(email);
  const account = store.accounts.get(Number(match?.[1] ?? 0));
  return account?.login.toLowerCase() === match?.[2]?.toLowerCase() ? account : undefined;
}

function verificationOf({ store }: Site, repository: Repository, oid: string): Record<string, unknown> {
  const signed = store.signedCommits.find("byCommit", [repository.id, oid]);
  const by = signed === undefined ? "unsigned" : "valid";
  return {
    verified: signed !== undefined,
    reason: by,
    signature: null,
    payload: null,
    verified_at: signed?.signedAt ?? null,
  };
}

function parentsOf(api: string, page: string, commit: Commit, kind: "commits" | "git/commits") {
  return commit.parents.map((sha) => ({ sha, url: `${api}/${kind}/${sha}`, html_url: `${page}/commit/${sha}` }));
}
