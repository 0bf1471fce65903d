import { z } from "zod";
import { author, authorize, canSee, findRepository, repositoryFor, roleOf } from "../access/authorize.ts";
import { createRepository } from "../admin/repositories.ts";
import { isRepositoryName } from "../git/names.ts";
import { readRef } from "../git/refs.ts";
import { gitText } from "../git/run.ts";
import { type Call, parseBody } from "../http/call.ts";
import { notAccessible, notFound, validationFailed } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { created, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { nodeId } from "../model/node-id.ts";
import type { Repository } from "../model/repository.ts";
import { presentRepository } from "../present/repository.ts";
import { timeOf } from "../site.ts";
import { createFirstCommit } from "./first-commit.ts";

/** Repositories themselves. */
export const repositoryRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}", getRepository),
  route("PATCH /repos/{owner}/{repo}", updateRepository),
  route("GET /user/repos", listOwn),
  route("GET /users/{username}/repos", listOf),
  route("POST /user/repos", create),
];

function getRepository(call: Call): Reply {
  const repository = findRepository(call.site, call.parameter("owner"), call.parameter("repo"));
  if (repository === undefined || !canSee(call.site, call.actor, repository)) throw notFound();
  const refusal = authorize(call.site, call.actor, repository, { permission: "metadata", access: "read" });
  // A token narrowed to other repositories may still read a public one, as a stranger may.
  if (refusal !== undefined && repository.private) throw refusal;
  return ok(present(call, repository));
}

function present({ site, actor }: Call, repository: Repository): Record<string, unknown> {
  return presentRepository(
    site,
    repository,
    actor.kind === "user" ? roleOf(site, actor.account, repository) : undefined,
  );
}

function listOwn(call: Call): Reply {
  if (call.actor.kind === "installation") throw notAccessible();
  const account = author(call.actor);
  const { store } = call.site;
  const shared = store.collaborators
    .list("byAccount", [account.id])
    .flatMap((row) => store.repositories.get(row.repositoryId) ?? []);
  const rows = [...store.repositories.list("byOwner", [account.id]), ...shared];
  return page(call, rows, (row) => present(call, row));
}

function listOf(call: Call): Reply {
  const owner = call.site.store.accounts.find("byLogin", [call.parameter("username").toLowerCase()]);
  if (owner === undefined) throw notFound();
  const rows = call.site.store.repositories.list("byOwner", [owner.id]);
  const visible = rows.filter((row) => canSee(call.site, call.actor, row));
  return page(call, visible, (row) => present(call, row));
}

const newRepository = z.object({
  name: z.string(),
  description: z.string().nullish(),
  private: z.boolean().optional(),
  has_issues: z.boolean().optional(),
  auto_init: z.boolean().optional(),
});

async function create(call: Call): Promise<Reply> {
  if (call.actor.kind === "installation") throw notAccessible();
  const owner = author(call.actor);
  const { has_issues: hasIssues, auto_init: filled, ...asked } = await parseBody(call, newRepository);
  const repository = await createRepository(call.site, owner, { ...asked, hasIssues });
  if (filled) await createFirstCommit(call.site, repository, owner);
  return created(present(call, repository));
}

const changes = z.object({
  name: z.string().optional(),
  description: z.string().nullish(),
  private: z.boolean().optional(),
  default_branch: z.string().optional(),
  has_issues: z.boolean().optional(),
  archived: z.boolean().optional(),
  allow_merge_commit: z.boolean().optional(),
  allow_squash_merge: z.boolean().optional(),
  allow_rebase_merge: z.boolean().optional(),
  delete_branch_on_merge: z.boolean().optional(),
});

async function updateRepository(call: Call): Promise<Reply> {
  const { site } = call;
  const { id } = repositoryFor(call, { permission: "administration", access: "write", role: "admin" });
  const asked = await parseBody(call, changes);
  if (asked.default_branch !== undefined) await pointHead(call, id, asked.default_branch);
  const repository = site.store.transaction(() => {
    const held = site.store.repositories.get(id);
    if (held === undefined) throw notFound();
    refuseName(call, held, asked.name);
    return site.store.repositories.put({ ...changed(held, asked), updatedAt: timeOf(site) });
  });
  return ok(present(call, repository));
}

function changed(held: Repository, asked: z.output<typeof changes>): Repository {
  return {
    ...held,
    nodeId: nodeId("repository", held.id),
    name: asked.name ?? held.name,
    description: asked.description === undefined ? held.description : asked.description,
    private: asked.private ?? held.private,
    defaultBranch: asked.default_branch ?? held.defaultBranch,
    hasIssues: asked.has_issues ?? held.hasIssues,
    archived: asked.archived ?? held.archived,
    allowMergeCommit: asked.allow_merge_commit ?? held.allowMergeCommit,
    allowSquashMerge: asked.allow_squash_merge ?? held.allowSquashMerge,
    allowRebaseMerge: asked.allow_rebase_merge ?? held.allowRebaseMerge,
    deleteBranchOnMerge: asked.delete_branch_on_merge ?? held.deleteBranchOnMerge,
  };
}

function refuseName({ site }: Call, held: Repository, name: string | undefined): void {
  if (name === undefined) return;
  const other = site.store.repositories.find("byOwner", [held.ownerId, name.toLowerCase()]);
  const taken = other !== undefined && other.id !== held.id;
  if (isRepositoryName(name) && !taken) return;
  const code = taken ? "already_exists" : "invalid";
  throw validationFailed({ resource: "Repository", field: "name", code, message: "name cannot be used" });
}

async function pointHead({ site }: Call, id: number, branch: string): Promise<void> {
  const name = `refs/heads/${branch}`;
  if ((await readRef(site.git.folder(id), name)) === undefined) {
    const message = "The branch does not exist. Rename or create it first.";
    throw validationFailed({ resource: "Repository", field: "default_branch", code: "invalid", message });
  }
  await gitText(site.git.folder(id), ["symbolic-ref", "HEAD", name]);
}
