import { z } from "zod";
import { repositoryFor } from "../access/authorize.ts";
import { isOid, isTreePath } from "../git/names.ts";
import { entryAt, objectType, readTree, writeBlob } from "../git/objects.ts";
import { type TreeChange, writeTree } from "../git/tree-edit.ts";
import { type Call, parseBody } from "../http/call.ts";
import { invalid } from "../http/errors.ts";
import { created, type Reply } from "../http/reply.ts";
import { repositoryApi } from "../present/repository.ts";
import { presentTreeEntry } from "../present/tree-entry.ts";

const modes = { blob: ["100644", "100755", "120000"], tree: ["040000"], commit: ["160000"] } as const;
const entry = z.object({
  path: z.string(),
  mode: z.enum(["100644", "100755", "120000", "040000", "160000"]).default("100644"),
  type: z.enum(["blob", "tree", "commit"]).optional(),
  sha: z.string().nullish(),
  content: z.string().optional(),
});
const newTree = z.object({ base_tree: z.string().optional(), tree: z.array(entry).max(100_000) });

/** Writes a tree: entries put on top of `base_tree`, or alone; `sha: null` takes a path away. */
export async function createTree(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, { permission: "contents", access: "write" });
  const body = await parseBody(call, newTree);
  const folder = call.site.git.folder(repository.id);
  const base = body.base_tree === undefined ? undefined : await baseTree(folder, body.base_tree);
  const changes: TreeChange[] = [];
  for (const row of body.tree) changes.push(await change(folder, row));
  const sha = await writeTree(folder, base, changes);
  const api = `${repositoryApi(call.site, repository)}/git`;
  const entries = (await readTree(folder, sha)) ?? [];
  const tree = entries.map((row) => presentTreeEntry(api, row));
  return created({ sha, url: `${api}/trees/${sha}`, tree, truncated: false });
}

async function baseTree(folder: string, oid: string): Promise<string> {
  const root = isOid(oid) ? await entryAt(folder, oid, "") : undefined;
  if (root === undefined) throw invalid("base_tree is not a valid tree oid");
  return root.oid;
}

async function change(folder: string, { path, mode, sha, content }: z.output<typeof entry>): Promise<TreeChange> {
  if (!isTreePath(path)) throw invalid("tree.path contains a malformed path component");
  if (sha === null) return { path, mode: "100644", oid: null };
  if (sha === undefined) {
    if (content === undefined) throw invalid("Must supply either tree.sha or tree.content");
    return { path, mode, oid: await writeBlob(folder, Buffer.from(content)) };
  }
  const type = isOid(sha) ? await objectType(folder, sha) : undefined;
  const fits = mode === "160000" ? isOid(sha) : type !== undefined && accepts(type, mode);
  if (!fits) throw invalid(`tree.sha ${sha} is not a valid ${mode === "040000" ? "tree" : "blob"}`);
  return { path, mode, oid: sha };
}

function accepts(type: string, mode: string): boolean {
  if (type !== "blob" && type !== "tree") return false;
  return modes[type].some((allowed) => allowed === mode);
}
