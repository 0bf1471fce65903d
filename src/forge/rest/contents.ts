import { repositoryFor } from "../access/authorize.ts";
import { isTreePath } from "../git/names.ts";
import { entryAt, readBlob, readTree, type TreeEntry } from "../git/objects.ts";
import { resolveCommit } from "../git/refs.ts";
import type { Call } from "../http/call.ts";
import { HttpError, notFound } from "../http/errors.ts";
import { content, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Repository } from "../model/repository.ts";
import { presentEntry, withContent } from "../present/contents.ts";
import { changeRoutes } from "./contents-changes.ts";

/** Files and folders as they are in a commit, and changing one file by one commit. */
export const contentRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/contents", (call) => get(call, "")),
  route("GET /repos/{owner}/{repo}/contents/{path}", (call) => get(call, call.parameter("path"))),
  route("GET /repos/{owner}/{repo}/readme", getReadme),
  ...changeRoutes,
];

const reading = { permission: "contents", access: "read" } as const;

async function get(call: Call, asked: string): Promise<Reply> {
  const { repository, ref, commit } = await at(call);
  const path = asked.replace(/^\/+|\/+$/g, "");
  if (path !== "" && !isTreePath(path)) throw new HttpError(422, "path contains a malformed path component");
  const entry = await entryAt(call.site.git.folder(repository.id), commit, path);
  if (entry === undefined) throw notFound();
  return entry.type === "tree" ? folder(call, repository, { ref, entry }) : file(call, repository, { ref, entry });
}

async function getReadme(call: Call): Promise<Reply> {
  const { repository, ref, commit } = await at(call);
  const entries = (await readTree(call.site.git.folder(repository.id), commit)) ?? [];
  const entry = entries.find(({ path, type }) => type === "blob" && /^readme(\.(md|markdown|txt|rst))?$/i.test(path));
  if (entry === undefined) throw notFound();
  return file(call, repository, { ref, entry });
}

async function at(call: Call): Promise<{ repository: Repository; ref: string; commit: string }> {
  const repository = repositoryFor(call, reading);
  const ref = call.query("ref") ?? repository.defaultBranch;
  const commit = await resolveCommit(call.site.git.folder(repository.id), ref.replace(/^refs\/(heads|tags)\//, ""));
  if (commit !== undefined) return { repository, ref, commit };
  throw new HttpError(
    404,
    call.query("ref") === undefined ? "This repository is empty." : `No commit found for the ref ${ref}`,
  );
}

interface Found {
  readonly ref: string;
  readonly entry: TreeEntry;
}

async function folder(call: Call, repository: Repository, { ref, entry }: Found): Promise<Reply> {
  const { site } = call;
  const rows = (await readTree(site.git.folder(repository.id), entry.oid)) ?? [];
  const prefix = entry.path === "" ? "" : `${entry.path}/`;
  const entries = rows.map((row) =>
    presentEntry(site, repository, { ref, entry: { ...row, path: prefix + row.path } }),
  );
  if (!wants(call, "object")) return ok(entries);
  return ok({ ...presentEntry(site, repository, { ref, entry }), entries });
}

async function file(call: Call, repository: Repository, found: Found): Promise<Reply> {
  const { site } = call;
  if (found.entry.type === "commit") {
    return ok({ ...presentEntry(site, repository, found), submodule_git_url: null });
  }
  const bytes = await readBlob(site.git.folder(repository.id), found.entry.oid);
  if (bytes === undefined) throw notFound();
  if (wants(call, "raw")) return content("application/vnd.github.raw; charset=utf-8", new Uint8Array(bytes));
  return ok(withContent(presentEntry(site, repository, found), found.entry, bytes));
}

function wants(call: Call, form: "raw" | "object"): boolean {
  return new RegExp(`[.+]${form}\\b`).test(call.headers.get("accept") ?? "");
}
