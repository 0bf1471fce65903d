import type { TreeEntry } from "../git/objects.ts";

/** One entry of GitHub's `git-tree`. */
export function presentTreeEntry(api: string, { path, mode, type, oid, size }: TreeEntry): Record<string, unknown> {
  const url = type === "commit" ? {} : { url: `${api}/${type}s/${oid}` };
  return { path, mode, type, sha: oid, ...(size === undefined ? {} : { size }), ...url };
}
