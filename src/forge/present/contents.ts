import type { TreeEntry } from "../git/objects.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { repositoryApi, repositoryPage } from "./repository.ts";

// GitHub leaves the content of larger files out of the JSON. Bytes.
const largestInline = 1024 * 1024;

/** An entry as GitHub's contents API lists it, its path being the whole path. */
export function presentEntry(
  site: Site,
  repository: Repository,
  { ref, entry }: { ref: string; entry: TreeEntry },
): Record<string, unknown> {
  const api = repositoryApi(site, repository);
  const page = repositoryPage(site, repository);
  const path = entry.path.split("/").map(encodeURIComponent).join("/");
  const self = `${api}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const git = entry.type === "commit" ? null : `${api}/git/${entry.type}s/${entry.oid}`;
  const html = `${page}/${entry.type === "tree" ? "tree" : "blob"}/${ref}/${path}`;
  return {
    name: entry.path.split("/").at(-1) ?? "",
    path: entry.path,
    sha: entry.oid,
    size: entry.size ?? 0,
    url: self,
    html_url: html,
    git_url: git,
    download_url: entry.type === "blob" ? `${page}/raw/${ref}/${path}` : null,
    type: typeOf(entry),
    _links: { self, git, html },
  };
}

/** The entry of a file or symbolic link with what is in it. */
export function withContent(
  presented: Record<string, unknown>,
  entry: TreeEntry,
  bytes: Buffer,
): Record<string, unknown> {
  if (typeOf(entry) === "symlink") return { ...presented, target: bytes.toString("utf8") };
  const inline = bytes.length <= largestInline;
  // GitHub breaks base64 into lines of 60 and ends each with a newline.
  const content = inline ? bytes.toString("base64").replace(/(.{60})|(.+)$/g, "$&\n") : "";
  return { ...presented, content, encoding: inline ? "base64" : "none" };
}

function typeOf({ type, mode }: TreeEntry): "file" | "dir" | "symlink" | "submodule" {
  if (type === "tree") return "dir";
  if (type === "commit") return "submodule";
  return mode === "120000" ? "symlink" : "file";
}
