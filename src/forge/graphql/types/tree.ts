import { entryAt, readBlob, readTree, type TreeEntry } from "../../git/objects.ts";
import { nodeId } from "../../model/node-id.ts";
import type { Repository } from "../../model/repository.ts";
import { type Context, once, type Resolvers } from "../context.ts";
import { type ObjectSource, ofObject } from "../source.ts";
import { gitObject } from "./commit.ts";

/** One name in a tree. */
export interface EntrySource {
  readonly repository: Repository;
  readonly entry: TreeEntry;
}

export const tree: Resolvers<ObjectSource> = {
  ...gitObject,
  id: ({ repository, oid }) => nodeId("tree", repository.id, oid),
  entries: async ({ repository, oid }, _, { site }) => {
    const entries = await readTree(site.git.folder(repository.id), oid);
    return entries?.map((entry): EntrySource => ({ repository, entry })) ?? null;
  },
};

export const treeEntry: Resolvers<EntrySource> = {
  name: ({ entry }) => entry.path.split("/").at(-1) ?? "",
  path: ({ entry }) => entry.path,
  type: ({ entry }) => entry.type,
  oid: ({ entry }) => entry.oid,
  mode: ({ entry }) => Number.parseInt(entry.mode, 8),
  object: ({ repository, entry }) => {
    const kind = ({ blob: "Blob", tree: "Tree", commit: undefined } as const)[entry.type];
    return kind === undefined ? null : ofObject(kind, { repository }, entry.oid);
  },
};

// GitHub cuts a blob's text at 512,000 bytes.
const longestText = 512_000;

export const blob: Resolvers<ObjectSource> = {
  ...gitObject,
  id: ({ repository, oid }) => nodeId("blob", repository.id, oid),
  byteSize: async (source, _, context) => (await bytes(source, context)).length,
  isBinary: async (source, _, context) => isBinary(await bytes(source, context)),
  isTruncated: async (source, _, context) => (await bytes(source, context)).length > longestText,
  text: async (source, _, context) => {
    const content = await bytes(source, context);
    return isBinary(content) ? null : content.subarray(0, longestText).toString("utf8");
  },
};

/** What a `revision:path` expression names in the commit. */
export async function entryObject(context: Context, commit: ObjectSource, path: string): Promise<ObjectSource | null> {
  const entry = await entryAt(context.site.git.folder(commit.repository.id), commit.oid, path);
  if (entry === undefined || entry.type === "commit") return null;
  return ofObject(entry.type === "blob" ? "Blob" : "Tree", commit, entry.oid);
}

async function bytes({ repository, oid }: ObjectSource, context: Context): Promise<Buffer> {
  const content = await once(context, `blob ${repository.id} ${oid}`, () =>
    readBlob(context.site.git.folder(repository.id), oid),
  );
  return content ?? Buffer.alloc(0);
}

/** git's own rule: a NUL among the first 8,000 bytes. */
function isBinary(content: Buffer): boolean {
  return content.subarray(0, 8000).includes(0);
}
