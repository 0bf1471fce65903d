import { z } from "zod";
import { author, repositoryFor } from "../access/authorize.ts";
import { signForApp } from "../domain/signed-commits.ts";
import { commitTree, readCommit, signature } from "../git/commits.ts";
import { isOid } from "../git/names.ts";
import { entryAt, objectType, readBlob, readTree, writeBlob } from "../git/objects.ts";
import { resolveCommit } from "../git/refs.ts";
import { type Call, parseBody } from "../http/call.ts";
import { invalid, notFound } from "../http/errors.ts";
import { content, created, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { nodeId } from "../model/node-id.ts";
import type { Repository } from "../model/repository.ts";
import { presentGitCommit } from "../present/commit.ts";
import { repositoryApi } from "../present/repository.ts";
import { presentTreeEntry } from "../present/tree-entry.ts";
import { timeOf } from "../site.ts";
import { createTree } from "./git-trees.ts";
import { person, signedBy } from "./person.ts";

/** Git's own objects: commits, trees, blobs. */
export const gitObjectRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", getCommit),
  route("POST /repos/{owner}/{repo}/git/commits", createCommit),
  route("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", getTree),
  route("POST /repos/{owner}/{repo}/git/trees", createTree),
  route("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", getBlob),
  route("POST /repos/{owner}/{repo}/git/blobs", createBlob),
];

const reading = { permission: "contents", access: "read" } as const;
const writing = { permission: "contents", access: "write" } as const;

async function getCommit(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, reading);
  const oid = call.parameter("commit_sha");
  const commit = isOid(oid) ? await readCommit(call.site.git.folder(repository.id), oid) : undefined;
  if (commit === undefined) throw notFound();
  return ok(presentGitCommit(call.site, repository, commit));
}

const newCommit = z.object({
  message: z.string(),
  tree: z.string(),
  parents: z.array(z.string()).default([]),
  author: person.optional(),
  committer: person.optional(),
});

async function createCommit(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, writing);
  const body = await parseBody(call, newCommit);
  const folder = call.site.git.folder(repository.id);
  if ((await typeOf(folder, body.tree)) !== "tree") throw invalid("Tree SHA does not exist");
  for (const parent of body.parents) {
    if ((await typeOf(folder, parent)) !== "commit") {
      throw invalid("Parent SHA does not exist or is not a commit object");
    }
  }
  const by = signedBy(body.author, signature(author(call.actor), timeOf(call.site)));
  const commit = { tree: body.tree, parents: body.parents, message: body.message, author: by };
  const oid = await commitTree(folder, { ...commit, committer: signedBy(body.committer, by) });
  const named = { author: body.author, committer: body.committer };
  signForApp(call.site, call.actor, { repositoryId: repository.id, oid, ...named });
  const written = await readCommit(folder, oid);
  if (written === undefined) throw new Error(`commit ${oid} was written and is not there`);
  return created(presentGitCommit(call.site, repository, written));
}

function typeOf(folder: string, oid: string): Promise<string | undefined> {
  return isOid(oid) ? objectType(folder, oid) : Promise.resolve(undefined);
}

// GitHub cuts longer lists off and says so.
const mostEntries = 100_000;

async function getTree(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, reading);
  const folder = call.site.git.folder(repository.id);
  const named = call.parameter("tree_sha");
  const treeish = isOid(named) ? named : await resolveCommit(folder, named);
  const root = treeish === undefined ? undefined : await entryAt(folder, treeish, "");
  if (root === undefined) throw notFound();
  const recursive = !["", "0", "false"].includes(call.query("recursive") ?? "");
  const entries = (await readTree(folder, root.oid, { recursive })) ?? [];
  const api = `${repositoryApi(call.site, repository)}/git`;
  return ok({
    sha: root.oid,
    url: `${api}/trees/${root.oid}`,
    tree: entries.slice(0, mostEntries).map((entry) => presentTreeEntry(api, entry)),
    truncated: entries.length > mostEntries,
  });
}

async function getBlob(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, reading);
  const oid = call.parameter("file_sha");
  const bytes = isOid(oid) ? await readBlob(call.site.git.folder(repository.id), oid) : undefined;
  if (bytes === undefined) throw notFound();
  if (/[.+]raw\b/.test(call.headers.get("accept") ?? "")) {
    return content("application/vnd.github.raw; charset=utf-8", new Uint8Array(bytes));
  }
  return ok({
    sha: oid,
    node_id: nodeId("blob", repository.id, oid),
    size: bytes.length,
    url: blobUrl(call, repository, oid),
    content: bytes.toString("base64"),
    encoding: "base64",
  });
}

async function createBlob(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, writing);
  const encoding = z.enum(["utf-8", "base64"]).default("utf-8");
  const body = await parseBody(call, z.object({ content: z.string(), encoding }));
  const bytes = Buffer.from(body.content, body.encoding === "base64" ? "base64" : "utf8");
  const sha = await writeBlob(call.site.git.folder(repository.id), bytes);
  return created({ url: blobUrl(call, repository, sha), sha });
}

function blobUrl(call: Call, repository: Repository, oid: string): string {
  return `${repositoryApi(call.site, repository)}/git/blobs/${oid}`;
}
