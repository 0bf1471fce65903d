import { z } from "zod";
import { author, repositoryFor } from "../access/authorize.ts";
import { signForApp } from "../domain/signed-commits.ts";
import { commitFiles, type FileChanges } from "../git/commit-files.ts";
import type { Commit } from "../git/commit-text.ts";
import { readCommit, signature } from "../git/commits.ts";
import { moveRefs } from "../git/move-refs.ts";
import { isTreePath, zeroOid } from "../git/names.ts";
import { entryAt, type TreeEntry } from "../git/objects.ts";
import { readRef } from "../git/refs.ts";
import { type Call, parseBody } from "../http/call.ts";
import { conflict, HttpError, invalid, notFound } from "../http/errors.ts";
import { json, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Repository } from "../model/repository.ts";
import { presentGitCommit } from "../present/commit.ts";
import { presentEntry } from "../present/contents.ts";
import { timeOf } from "../site.ts";
import { person, signedBy } from "./person.ts";

/** One file, one commit. */
export const changeRoutes: readonly Route[] = [
  route("PUT /repos/{owner}/{repo}/contents/{path}", put),
  route("DELETE /repos/{owner}/{repo}/contents/{path}", remove),
];

const change = z.object({
  message: z.string(),
  sha: z.string().optional(),
  branch: z.string().optional(),
  author: person.optional(),
  committer: person.optional(),
});
const addition = change.extend({ content: z.string() });

async function put(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, { permission: "contents", access: "write" });
  const body = await parseBody(call, addition);
  const target = await targetOf(call, repository, body.branch);
  const { held, path } = target;
  if (held !== undefined && body.sha === undefined) throw invalid(`Invalid request.\n\n"sha" wasn't supplied.`);
  if (body.sha !== undefined && body.sha !== held?.oid) throw conflict(`${path} does not match ${body.sha}`);
  const content = Buffer.from(body.content, "base64");
  const commit = await commitOn(call, repository, target, { ...body, additions: [{ path, content }], deletions: [] });
  const entry = await entryAt(call.site.git.folder(repository.id), commit.oid, path);
  if (entry === undefined) throw new Error(`${path} was committed and is not there`);
  return json(held === undefined ? 201 : 200, {
    content: presentEntry(call.site, repository, { ref: target.branch, entry }),
    commit: presentGitCommit(call.site, repository, commit),
  });
}

async function remove(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, { permission: "contents", access: "write" });
  const body = await parseBody(call, change.extend({ sha: z.string() }));
  const target = await targetOf(call, repository, body.branch);
  if (target.held === undefined) throw notFound();
  if (body.sha !== target.held.oid) throw conflict(`${target.path} does not match ${body.sha}`);
  const commit = await commitOn(call, repository, target, { ...body, additions: [], deletions: [target.path] });
  return ok({ content: null, commit: presentGitCommit(call.site, repository, commit) });
}

/** Where the change goes and what is there now. */
interface Target {
  readonly branch: string;
  readonly path: string;
  /** Undefined in an empty repository, whose first commit this will be. */
  readonly head: string | undefined;
  readonly held: TreeEntry | undefined;
}

async function targetOf(call: Call, repository: Repository, asked: string | undefined): Promise<Target> {
  const path = call.parameter("path");
  if (!isTreePath(path)) throw invalid("path contains a malformed path component");
  const folder = call.site.git.folder(repository.id);
  const branch = (asked ?? repository.defaultBranch).replace(/^refs\/heads\//, "");
  const head = (await readRef(folder, `refs/heads/${branch}`))?.oid;
  if (head === undefined && branch !== repository.defaultBranch) throw new HttpError(404, `Branch ${branch} not found`);
  const held = head === undefined ? undefined : await entryAt(folder, head, path);
  if (held?.type === "tree") throw invalid(`${path} is a folder`);
  return { branch, path, head, held };
}

type Change = z.output<typeof change> & Pick<FileChanges, "additions" | "deletions">;

async function commitOn(call: Call, repository: Repository, target: Target, asked: Change): Promise<Commit> {
  const { site } = call;
  const pusher = author(call.actor);
  const folder = site.git.folder(repository.id);
  const committer = signedBy(asked.committer, signature(pusher, timeOf(site)));
  const { message, additions, deletions } = asked;
  const by = { author: signedBy(asked.author, committer), committer };
  const outcome = await commitFiles(folder, { parent: target.head, message, additions, deletions, ...by });
  if (outcome.kind === "refused") throw invalid(outcome.reason);
  const named = { author: asked.author, committer: asked.committer };
  signForApp(site, call.actor, { repositoryId: repository.id, oid: outcome.oid, ...named });
  const name = `refs/heads/${target.branch}`;
  const updates = [{ name, before: target.head ?? zeroOid, after: outcome.oid }];
  const moved = await moveRefs(site, repository.id, { updates, pusher });
  if (moved.kind === "refused") throw conflict(`${name} moved while the file was being committed`);
  const commit = await readCommit(folder, outcome.oid);
  if (commit === undefined) throw new Error(`commit ${outcome.oid} was written and is not there`);
  return commit;
}
