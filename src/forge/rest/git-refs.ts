import { z } from "zod";
import { author, repositoryFor } from "../access/authorize.ts";
import { isAncestor } from "../git/commits.ts";
import { moveRefs } from "../git/move-refs.ts";
import { isOid, isRefName, zeroOid } from "../git/names.ts";
import { objectType } from "../git/objects.ts";
import type { RefUpdate } from "../git/ref-writer.ts";
import { listRefs, type Ref, readRef } from "../git/refs.ts";
import { type Call, parseBody } from "../http/call.ts";
import { invalid, notFound } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { created, noContent, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { nodeId } from "../model/node-id.ts";
import type { Repository } from "../model/repository.ts";
import { repositoryApi } from "../present/repository.ts";
import type { Site } from "../site.ts";

/** Refs of any namespace; their values move by compare-and-swap. */
export const gitRefRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/git/ref/{ref}", get),
  route("GET /repos/{owner}/{repo}/git/matching-refs/{ref}", listMatching),
  route("POST /repos/{owner}/{repo}/git/refs", create),
  route("PATCH /repos/{owner}/{repo}/git/refs/{ref}", update),
  route("DELETE /repos/{owner}/{repo}/git/refs/{ref}", remove),
];

const reading = { permission: "contents", access: "read" } as const;
const writing = { permission: "contents", access: "write" } as const;

async function get(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, reading);
  const ref = await readRef(call.site.git.folder(repository.id), named(call));
  if (ref === undefined) throw notFound();
  return ok(presentRef(call.site, repository, ref));
}

async function listMatching(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, reading);
  const prefix = named(call);
  const around = prefix.slice(0, prefix.lastIndexOf("/"));
  const refs = await listRefs(call.site.git.folder(repository.id), around);
  const matching = refs.filter((ref) => ref.name.startsWith(prefix));
  return page(call, matching, (ref) => presentRef(call.site, repository, ref));
}

async function create(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, writing);
  const { ref: name, sha } = await parseBody(call, z.object({ ref: z.string(), sha: z.string() }));
  refuseReserved(name);
  const type = await existingType(call, repository, sha);
  if (name.startsWith("refs/heads/") && type !== "commit") throw invalid("Reference cannot point at this object");
  if ((await readRef(call.site.git.folder(repository.id), name)) !== undefined) {
    throw invalid("Reference already exists");
  }
  await move(call, repository, { name, before: zeroOid, after: sha });
  return created(presentRef(call.site, repository, { name, oid: sha, type }));
}

async function update(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, writing);
  const name = named(call);
  refuseReserved(name);
  const body = await parseBody(call, z.object({ sha: z.string(), force: z.boolean().default(false) }));
  const folder = call.site.git.folder(repository.id);
  const [ref, type] = await Promise.all([readRef(folder, name), existingType(call, repository, body.sha)]);
  if (ref === undefined) throw invalid("Reference does not exist");
  const forward = ref.type !== "commit" || type !== "commit" || (await isAncestor(folder, ref.oid, body.sha));
  if (!forward && !body.force) throw invalid("Update is not a fast forward");
  await move(call, repository, { name, before: ref.oid, after: body.sha });
  return ok(presentRef(call.site, repository, { name, oid: body.sha, type }));
}

async function remove(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, writing);
  const name = named(call);
  refuseReserved(name);
  const ref = await readRef(call.site.git.folder(repository.id), name);
  if (ref === undefined) throw invalid("Reference does not exist");
  if (name === `refs/heads/${repository.defaultBranch}`) throw invalid("Cannot delete the default branch");
  await move(call, repository, { name, before: ref.oid, after: zeroOid });
  return noContent();
}

function named(call: Call): string {
  return `refs/${call.parameter("ref").replace(/^refs\//, "")}`;
}

function refuseReserved(name: string): void {
  if (!isRefName(name)) throw invalid(`Reference name ${JSON.stringify(name)} is not valid`);
  if (name.startsWith("refs/pull/")) throw invalid("Reference names under refs/pull are reserved");
}

async function existingType(call: Call, repository: Repository, oid: string): Promise<Ref["type"]> {
  const type = isOid(oid) ? await objectType(call.site.git.folder(repository.id), oid) : undefined;
  if (type === "commit" || type === "tag" || type === "tree" || type === "blob") return type;
  throw invalid("Object does not exist");
}

async function move(call: Call, repository: Repository, refUpdate: RefUpdate): Promise<void> {
  const pusher = author(call.actor);
  const outcome = await moveRefs(call.site, repository.id, { updates: [refUpdate], pusher });
  if (outcome.kind === "updated") return;
  call.site.log(`forge: ${refUpdate.name} did not move: ${outcome.reason}`);
  throw invalid(refUpdate.before === zeroOid ? "Reference already exists" : "Reference cannot be updated");
}

/** GitHub's `git-ref`. */
function presentRef(site: Site, repository: Repository, { name, oid, type }: Ref): Record<string, unknown> {
  const api = `${repositoryApi(site, repository)}/git`;
  return {
    ref: name,
    node_id: nodeId("ref", repository.id, name),
    url: `${api}/${name}`,
    object: { sha: oid, type, url: `${api}/${type}s/${oid}` },
  };
}
