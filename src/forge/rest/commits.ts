import { repositoryFor } from "../access/authorize.ts";
import { commitsBetween, countCommits, listCommits, mergeBase, readCommit } from "../git/commits.ts";
import { diffFiles, emptyTree } from "../git/diff.ts";
import { isTreePath } from "../git/names.ts";
import { listRefs, readRef, resolveCommit } from "../git/refs.ts";
import type { Call } from "../http/call.ts";
import { conflict, notFound } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Repository } from "../model/repository.ts";
import { presentCommit, presentFile } from "../present/commit.ts";
import { repositoryApi, repositoryPage } from "../present/repository.ts";

/** Branches, history, and what lies between two points of it. */
export const commitRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/branches", listBranches),
  route("GET /repos/{owner}/{repo}/branches/{branch}", getBranch),
  route("GET /repos/{owner}/{repo}/commits", list),
  route("GET /repos/{owner}/{repo}/commits/{ref}", get),
  route("GET /repos/{owner}/{repo}/compare/{basehead}", compare),
];

const reading = { permission: "contents", access: "read" } as const;

async function listBranches(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, reading);
  const refs = await listRefs(call.site.git.folder(repository.id), "refs/heads");
  return page(call, refs, ({ name, oid }) => ({
    name: name.replace("refs/heads/", ""),
    commit: { sha: oid, url: `${repositoryApi(call.site, repository)}/commits/${oid}` },
    protected: false,
  }));
}

async function getBranch(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, reading);
  const folder = call.site.git.folder(repository.id);
  const name = call.parameter("branch");
  const ref = await readRef(folder, `refs/heads/${name}`);
  const commit = ref && (await readCommit(folder, ref.oid));
  if (commit === undefined) throw notFound();
  const url = `${repositoryApi(call.site, repository)}/branches/${encodeURIComponent(name)}`;
  return ok({
    name,
    commit: presentCommit(call.site, repository, commit),
    _links: { self: url, html: `${repositoryPage(call.site, repository)}/tree/${name}` },
    protected: false,
    protection: { enabled: false, required_status_checks: { enforcement_level: "off", contexts: [], checks: [] } },
    protection_url: `${url}/protection`,
  });
}

async function list(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, reading);
  const folder = call.site.git.folder(repository.id);
  const named = call.query("sha");
  const oid = await resolveCommit(folder, named ?? repository.defaultBranch);
  if (oid === undefined && named === undefined) throw conflict("Git Repository is empty.");
  const path = call.query("path");
  if (oid === undefined || (path !== undefined && !isTreePath(path))) throw notFound();
  const commits = await listCommits(folder, { range: [oid], path });
  const since = call.query("since") ?? "";
  const until = call.query("until") ?? "9999";
  const between = commits.filter(({ committer }) => committer.date >= since && committer.date <= until);
  return page(call, between, (commit) => presentCommit(call.site, repository, commit));
}

async function get(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, reading);
  const folder = call.site.git.folder(repository.id);
  const oid = await resolveCommit(folder, call.parameter("ref"));
  const commit = oid && (await readCommit(folder, oid));
  if (!commit) throw notFound();
  const files = await diffFiles(folder, commit.parents[0] ?? emptyTree, commit.oid);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return ok({
    ...presentCommit(call.site, repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: files.map((file) => presentFile(call.site, repository, commit.oid, file)),
  });
}

async function compare(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, reading);
  const folder = call.site.git.folder(repository.id);
  const [left = "", right = ""] = call.parameter("basehead").split("...");
  const [base, head] = await Promise.all([resolveCommit(folder, left), resolveCommit(folder, right)]);
  const common = base && head && (await mergeBase(folder, base, head));
  if (!base || !head || !common) throw notFound();
  const [commits, behind, files] = await Promise.all([
    commitsBetween(folder, { from: base, to: head, limit: 250 }),
    countCommits(folder, { from: head, to: base }),
    diffFiles(folder, common, head),
  ]);
  const ahead = await countCommits(folder, { from: base, to: head });
  const [baseCommit, commonCommit] = await Promise.all([
    presented(call, repository, base),
    presented(call, repository, common),
  ]);
  const basehead = `${left}...${right}`;
  return ok({
    ...compareAddresses(call, repository, basehead),
    base_commit: baseCommit,
    merge_base_commit: commonCommit,
    status: ahead === 0 ? (behind === 0 ? "identical" : "behind") : behind === 0 ? "ahead" : "diverged",
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: commits.reverse().map((commit) => presentCommit(call.site, repository, commit)),
    files: files.map((file) => presentFile(call.site, repository, head, file)),
  });
}

async function presented(call: Call, repository: Repository, oid: string): Promise<Record<string, unknown>> {
  const commit = await readCommit(call.site.git.folder(repository.id), oid);
  if (commit === undefined) throw notFound();
  return presentCommit(call.site, repository, commit);
}

function compareAddresses({ site }: Call, repository: Repository, basehead: string): Record<string, string> {
  const page = `${repositoryPage(site, repository)}/compare/${encodeURIComponent(basehead)}`;
  return {
    url: `${repositoryApi(site, repository)}/compare/${encodeURIComponent(basehead)}`,
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
  };
}
