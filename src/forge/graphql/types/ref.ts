import { type Ref, resolveCommit } from "../../git/refs.ts";
import { nodeId } from "../../model/node-id.ts";
import type { Repository } from "../../model/repository.ts";
import type { Context, Resolvers } from "../context.ts";
import { type ObjectSource, ofObject, ofRepository, type RefSource } from "../source.ts";

/** Branches, tags and refs of other namespaces; a name is shown without its `refs/…/` prefix, as GitHub does. */
export const ref: Resolvers<RefSource> = {
  id: ({ repository, name }) => nodeId("ref", repository.id, name),
  name: ({ name }) => name.slice(prefixOf(name).length),
  prefix: ({ name }) => prefixOf(name),
  repository: ({ repository }) => ofRepository(repository),
  target: (source, _, context) => target(source, context),
};

export function ofRef(repository: Repository, { name, oid, type }: Ref): RefSource {
  return { __typename: "Ref", repository, name, oid, type };
}

function prefixOf(name: string): string {
  return /^refs\/[^/]+\//.exec(name)?.[0] ?? "";
}

/** What the ref points at; annotated tags are shown as the commit they name. */
async function target({ repository, name, oid, type }: RefSource, { site }: Context): Promise<ObjectSource | null> {
  if (type === "tag") {
    const commit = await resolveCommit(site.git.folder(repository.id), name.replace(/^refs\//, ""));
    return commit === undefined ? null : ofObject("Commit", { repository }, commit);
  }
  const kind = ({ commit: "Commit", tree: "Tree", blob: "Blob" } as const)[type];
  return ofObject(kind, { repository }, oid);
}
