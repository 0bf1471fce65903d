import type { Commit } from "../../git/commit-text.ts";
import { listCommits, readCommit } from "../../git/commits.ts";
import { entryAt } from "../../git/objects.ts";
import { nodeId } from "../../model/node-id.ts";
import { repositoryPage } from "../../present/repository.ts";
import { connection, type PageArguments } from "../connection.ts";
import { type Context, once, type Resolvers } from "../context.ts";
import { accountById, type ObjectSource, ofObject, ofRepository } from "../source.ts";
import { rollup } from "./rollup.ts";

/** What every git object answers. */
export const gitObject: Resolvers<ObjectSource> = {
  oid: ({ oid }) => oid,
  abbreviatedOid: ({ oid }) => oid.slice(0, 7),
  repository: ({ repository }) => ofRepository(repository),
};

/** Commits; their text is read from git once per request, and only when asked for. */
export const commit: Resolvers<ObjectSource> = {
  ...gitObject,
  id: ({ repository, oid }) => nodeId("commit", repository.id, oid),
  url: ({ repository, oid }, _, { site }) => `${repositoryPage(site, repository)}/commit/${oid}`,
  message: async (source, _, context) => (await read(source, context)).message,
  messageHeadline: async (source, _, context) => (await read(source, context)).message.split("\n")[0] ?? "",
  messageBody: async (source, _, context) => (await read(source, context)).message.replace(/^[^\n]*\n*/, ""),
  authoredDate: async (source, _, context) => (await read(source, context)).author.date,
  committedDate: async (source, _, context) => (await read(source, context)).committer.date,
  author: async (source, _, context) => gitActor((await read(source, context)).author, context),
  committer: async (source, _, context) => gitActor((await read(source, context)).committer, context),
  tree: async (source, _, context) => ofObject("Tree", source, (await read(source, context)).tree),
  parents: async (source, args: PageArguments, context) => {
    const { parents } = await read(source, context);
    return connection(
      parents.map((oid) => ofObject("Commit", source, oid)),
      args,
      ({ oid }) => oid,
    );
  },
  history: async (source, args: PageArguments & { path?: string | null }, { site }) => {
    const folder = site.git.folder(source.repository.id);
    const commits = await listCommits(folder, { range: [source.oid], path: args.path ?? undefined });
    return connection(
      commits.map(({ oid }) => ofObject("Commit", source, oid)),
      args,
      ({ oid }) => oid,
    );
  },
  file: async (source, { path }: { path: string }, { site }) => {
    const entry = await entryAt(site.git.folder(source.repository.id), source.oid, path);
    return entry === undefined ? null : { repository: source.repository, entry };
  },
  statusCheckRollup: ({ repository, oid }, _, { site }) => rollup(site, repository, oid),
};

async function read({ repository, oid }: ObjectSource, context: Context): Promise<Commit> {
  const found = await once(context, `commit ${repository.id} ${oid}`, () =>
    readCommit(context.site.git.folder(repository.id), oid),
  );
  if (found === undefined) throw new Error(`commit ${oid} is gone`);
  return found;
}

/** The account behind an address `<id>+<login>@users.noreply…`, when it has that form. */
function gitActor({ name, email, date }: Commit["author"], { site }: Context) {
  const id = /^(\d+)\+/.exec(email)?.[1];
  const account = id === undefined ? null : accountById(site, Number(id));
  return { name, email, date, user: account?.__typename === "User" ? account : null };
}
