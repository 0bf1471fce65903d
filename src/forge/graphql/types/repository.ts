import { roleOf } from "../../access/authorize.ts";
import { isOid, isRefName, isTreePath } from "../../git/names.ts";
import { objectType } from "../../git/objects.ts";
import { listRefs, readRef, resolveCommit } from "../../git/refs.ts";
import { fullName, ownerOf, repositoryPage } from "../../present/repository.ts";
import { connection, type PageArguments } from "../connection.ts";
import { type Context, demand, type Resolvers } from "../context.ts";
import { refused } from "../errors.ts";
import { type ObjectSource, ofAccount, ofLabel, ofObject, type RepositorySource } from "../source.ts";
import { ofRef } from "./ref.ts";
import { threads } from "./repository-threads.ts";
import { entryObject } from "./tree.ts";

/** Repositories. */
export const repository: Resolvers<RepositorySource> = {
  ...threads,
  id: ({ row }) => row.nodeId,
  databaseId: ({ row }) => row.id,
  name: ({ row }) => row.name,
  nameWithOwner: ({ row }, _, { site }) => fullName(site, row),
  owner: ({ row }, _, { site }) => ofAccount(ownerOf(site, row)),
  description: ({ row }) => row.description,
  url: ({ row }, _, { site }) => repositoryPage(site, row),
  isArchived: ({ row }) => row.archived,
  isPrivate: ({ row }) => row.private,
  isFork: () => false,
  isEmpty: async ({ row }, _, { site }) => (await listRefs(site.git.folder(row.id), "refs/heads")).length === 0,
  createdAt: ({ row }) => row.createdAt,
  updatedAt: ({ row }) => row.updatedAt,
  pushedAt: ({ row }) => row.pushedAt,
  mergeCommitAllowed: ({ row }) => row.allowMergeCommit,
  squashMergeAllowed: ({ row }) => row.allowSquashMerge,
  rebaseMergeAllowed: ({ row }) => row.allowRebaseMerge,
  viewerPermission: ({ row }, _, { site, actor }) => {
    if (actor.kind !== "user") return null;
    const role = roleOf(site, actor.account, row);
    return role === "none" ? null : role.toUpperCase();
  },
  label: ({ row }, { name }: { name: string }, { site }) => {
    const found = site.store.labels.find("byName", [row.id, name.toLowerCase()]);
    return found === undefined ? null : ofLabel(found);
  },
  labels: ({ row }, args: PageArguments & { query?: string | null }, { site }) => {
    const words = (args.query ?? "").toLowerCase();
    const rows = site.store.labels
      .list("byRepository", [row.id])
      .filter((label) => label.name.toLowerCase().includes(words));
    return connection(rows.map(ofLabel), args, (source) => source.row.id);
  },
  defaultBranchRef: ({ row }, _, context) => refNamed({ row }, `refs/heads/${row.defaultBranch}`, context),
  ref: (source, { qualifiedName }: { qualifiedName: string }, context) => {
    const names = qualifiedName.startsWith("refs/")
      ? [qualifiedName]
      : [`refs/heads/${qualifiedName}`, `refs/tags/${qualifiedName}`];
    return firstRef(source, names, context);
  },
  refs: async ({ row }, args: PageArguments & { refPrefix: string; query?: string | null }, context) => {
    if (!/^refs\/(?:.*\/)?$/.test(args.refPrefix))
      throw refused("UNPROCESSABLE", "`refPrefix` must start with `refs/` and end with `/`.");
    demand(context, row, { permission: "contents", access: "read" });
    const refs = await listRefs(context.site.git.folder(row.id), args.refPrefix.replace(/\/$/, ""));
    const wanted = refs.filter(({ name }) => name.includes(args.query ?? ""));
    return connection(
      wanted.map((found) => ofRef(row, found)),
      args,
      ({ name }) => name,
    );
  },
  object: (source, args: ObjectArguments, context) => objectOf(source, args, context),
};

interface ObjectArguments {
  readonly expression?: string | null;
  readonly oid?: string | null;
}

async function refNamed({ row }: Pick<RepositorySource, "row">, name: string, context: Context) {
  demand(context, row, { permission: "contents", access: "read" });
  if (!isRefName(name)) return null;
  const found = await readRef(context.site.git.folder(row.id), name);
  return found === undefined ? null : ofRef(row, found);
}

async function firstRef(source: RepositorySource, names: readonly string[], context: Context) {
  for (const name of names) {
    const found = await refNamed(source, name, context);
    if (found !== null) return found;
  }
  return null;
}

const objectKinds: Readonly<Record<string, ObjectSource["__typename"]>> = {
  blob: "Blob",
  commit: "Commit",
  tag: "Tag",
  tree: "Tree",
};

/** An object by id, by revision (`main`, `HEAD`), or by `revision:path`. */
async function objectOf(
  { row }: RepositorySource,
  { expression, oid }: ObjectArguments,
  context: Context,
): Promise<ObjectSource | null> {
  demand(context, row, { permission: "contents", access: "read" });
  const folder = context.site.git.folder(row.id);
  const id = oid ?? expression ?? "";
  if (isOid(id)) {
    const kind = objectKinds[(await objectType(folder, id)) ?? ""];
    return kind === undefined ? null : ofObject(kind, { repository: row }, id);
  }
  const [revision = "", path] = id.split(/:(.*)/s);
  const commit = await resolveCommit(folder, revision === "HEAD" ? row.defaultBranch : revision.replace(/^refs\//, ""));
  if (commit === undefined) return null;
  const source = ofObject("Commit", { repository: row }, commit);
  if (path === undefined) return source;
  return path === "" || isTreePath(path) ? entryObject(context, source, path) : null;
}
