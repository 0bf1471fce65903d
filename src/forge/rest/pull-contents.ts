import { commitsBetween, mergeBase } from "../git/commits.ts";
import { diffFiles } from "../git/diff.ts";
import type { Call } from "../http/call.ts";
import { page } from "../http/pagination.ts";
import type { Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Pull } from "../model/pull.ts";
import { presentCommit, presentFile } from "../present/commit.ts";
import { pullFor } from "./thread.ts";

/** What a pull request brings. */
export const pullContentRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", listFiles),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/commits", listPullCommits),
];

// GitHub shows no more than these.
const mostFiles = 3000;
const mostCommits = 250;

async function listFiles(call: Call): Promise<Reply> {
  const { repository, pull } = pullFor(call, { access: "read" });
  const folder = call.site.git.folder(repository.id);
  const files = await diffFiles(folder, await startOf(folder, pull), pull.head.oid);
  return page(call, files.slice(0, mostFiles), (file) => presentFile(call.site, repository, pull.head.oid, file));
}

async function listPullCommits(call: Call): Promise<Reply> {
  const { repository, pull } = pullFor(call, { access: "read" });
  const folder = call.site.git.folder(repository.id);
  const commits = await commitsBetween(folder, { from: await startOf(folder, pull), to: pull.head.oid });
  const oldestFirst = commits.reverse().slice(0, mostCommits);
  return page(call, oldestFirst, (commit) => presentCommit(call.site, repository, commit));
}

// A merged pull request keeps the base it was merged into, so its merge base stays what it was.
async function startOf(folder: string, { head, base }: Pull): Promise<string> {
  return (await mergeBase(folder, base.oid, head.oid)) ?? base.oid;
}
