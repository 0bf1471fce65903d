import { author } from "../../access/authorize.ts";
import { announce } from "../../git/announce.ts";
import { isAncestor } from "../../git/commits.ts";
import { isOid, isRefName, zeroOid } from "../../git/names.ts";
import { objectType } from "../../git/objects.ts";
import type { RefUpdate } from "../../git/ref-writer.ts";
import { readRef } from "../../git/refs.ts";
import { parseNodeId } from "../../model/node-id.ts";
import type { Repository } from "../../model/repository.ts";
import { type Context, demand, type Resolvers } from "../context.ts";
import { refused } from "../errors.ts";
import { repositoryByNode } from "../inputs.ts";
import { unresolved, visible } from "../nodes.ts";
import { ofRef } from "../types/ref.ts";
import { echo, type Input } from "./input.ts";

interface Wanted {
  readonly name: string;
  readonly beforeOid?: string | null;
  readonly afterOid: string;
  readonly force?: boolean | null;
}

/** Mutations that move branches, tags and refs of other namespaces. */
export const refMutations: Resolvers<undefined> = {
  createRef: async (_, { input }: Input<{ repositoryId: string; name: string; oid: string }>, context) => {
    const repository = repositoryByNode(context, input.repositoryId);
    await moveRefs(context, repository, [{ name: input.name, beforeOid: zeroOid, afterOid: input.oid }]);
    return { ...echo(input), ref: await shown(context, repository, input.name) };
  },
  updateRef: async (_, { input }: Input<{ refId: string; oid: string; force?: boolean | null }>, context) => {
    const { repository, name } = refByNode(context, input.refId);
    await moveRefs(context, repository, [{ name, afterOid: input.oid, force: input.force }]);
    return { ...echo(input), ref: await shown(context, repository, name) };
  },
  deleteRef: async (_, { input }: Input<{ refId: string }>, context) => {
    const { repository, name } = refByNode(context, input.refId);
    if ((await shown(context, repository, name)) === null) throw unresolved(input.refId);
    await moveRefs(context, repository, [{ name, afterOid: zeroOid }]);
    return echo(input);
  },
  updateRefs: async (_, { input }: Input<{ repositoryId: string; refUpdates: readonly Wanted[] }>, context) => {
    await moveRefs(context, repositoryByNode(context, input.repositoryId), input.refUpdates);
    return echo(input);
  },
};

/** Moves all of the refs or none; a value that is not the expected one is STALE_DATA. */
export async function moveRefs(context: Context, repository: Repository, wanted: readonly Wanted[]): Promise<void> {
  const { site, actor } = context;
  demand(context, repository, { permission: "contents", access: "write" });
  const updates: RefUpdate[] = [];
  for (const update of wanted) updates.push(await checked(context, repository, update));
  const outcome = await site.git.updateRefs(repository.id, updates);
  if (outcome.kind === "refused") throw refused("STALE_DATA", `Could not update refs: ${outcome.reason}`);
  await announce(site, repository.id, author(actor));
}

/**
 * Refuses what git would not: without `force` a ref may only move forward. The value that was checked becomes the
 * expected one, so that the check still holds when git moves the ref.
 */
async function checked(context: Context, repository: Repository, wanted: Wanted): Promise<RefUpdate> {
  const { name, beforeOid, afterOid, force } = wanted;
  const folder = context.site.git.folder(repository.id);
  if (!isRefName(name))
    throw refused("UNPROCESSABLE", `Ref name ${JSON.stringify(name)} is not a fully qualified ref name`);
  if (!isOid(afterOid) || (beforeOid != null && !isOid(beforeOid)))
    throw refused("UNPROCESSABLE", "Object ids are 40 hexadecimal digits");
  const before = beforeOid ?? undefined;
  if (afterOid === zeroOid) return { name, before, after: zeroOid };
  const type = await objectType(folder, afterOid);
  if (type === undefined) throw refused("UNPROCESSABLE", `Object ${afterOid} does not exist in the repository`);
  if (name.startsWith("refs/heads/") && type !== "commit")
    throw refused("UNPROCESSABLE", "A branch must point at a commit");
  const current = (await readRef(folder, name))?.oid ?? zeroOid;
  if (before !== undefined && before !== current) {
    throw refused("STALE_DATA", `Ref ${name} is at ${current} but was expected at ${before}`);
  }
  if (force !== true && current !== zeroOid && !(await isForward(folder, current, { oid: afterOid, type }))) {
    throw refused("UNPROCESSABLE", `Update of ${name} is not a fast forward`);
  }
  return { name, before: current, after: afterOid };
}

async function isForward(folder: string, current: string, to: { oid: string; type: string }): Promise<boolean> {
  if (current === to.oid) return true;
  const comparable = to.type === "commit" && (await objectType(folder, current)) === "commit";
  return comparable && (await isAncestor(folder, current, to.oid));
}

function refByNode(context: Context, id: string): { repository: Repository; name: string } {
  const node = parseNodeId(id);
  const repository = node?.kind === "ref" ? visible(context, node.id) : undefined;
  if (node === undefined || repository === undefined) throw unresolved(id);
  return { repository, name: node.name };
}

async function shown({ site }: Context, repository: Repository, name: string) {
  const ref = await readRef(site.git.folder(repository.id), name);
  return ref === undefined ? null : ofRef(repository, ref);
}
