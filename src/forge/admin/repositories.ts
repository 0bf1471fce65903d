import { findRepository } from "../access/authorize.ts";
import { announce } from "../git/announce.ts";
import { isRefName, isRepositoryName, zeroOid } from "../git/names.ts";
import { readRef } from "../git/refs.ts";
import { gitText } from "../git/run.ts";
import { invalid, validationFailed } from "../http/errors.ts";
import type { Account } from "../model/account.ts";
import { nodeId } from "../model/node-id.ts";
import type { Repository, Role } from "../model/repository.ts";
import { type Site, timeOf } from "../site.ts";

export interface NewRepository {
  readonly name: string;
  readonly description?: string | null;
  readonly private?: boolean;
  /** `main` unless given. */
  readonly defaultBranch?: string;
  readonly hasIssues?: boolean;
}

export interface ImportedRepository {
  readonly owner: string;
  readonly name: string;
  /** Path of a repository on this machine. */
  readonly from: string;
  /** The branch to take; it becomes the default branch. */
  readonly branch: string;
  readonly private?: boolean;
}

/** Makes an empty repository; 422 when the owner has one of that name. */
export async function createRepository(site: Site, owner: Account, options: NewRepository): Promise<Repository> {
  const { store } = site;
  const { name, defaultBranch = "main" } = options;
  if (!isRepositoryName(name))
    throw refused("name", "invalid", `${JSON.stringify(name)} cannot be a repository's name`);
  if (!isRefName(`refs/heads/${defaultBranch}`)) throw invalid(`${JSON.stringify(defaultBranch)} cannot be a branch`);
  const id = store.transaction(() => store.nextId());
  // The folder comes first: a record without one would be broken, a folder without a record is only litter.
  await site.git.create(id, defaultBranch);
  return store.transaction(() => {
    if (store.repositories.find("byOwner", [owner.id, name.toLowerCase()]) !== undefined) {
      throw refused("name", "already_exists", "name already exists on this account");
    }
    return store.repositories.put(newRepository(id, owner, { ...options, defaultBranch, now: timeOf(site) }));
  });
}

/** The repository of that name, made and filled with one branch of a local repository unless it is there already. */
export async function importRepository(site: Site, options: ImportedRepository): Promise<Repository> {
  const { owner, name, from, branch } = options;
  const account = site.store.accounts.find("byLogin", [owner.toLowerCase()]);
  if (account === undefined) throw invalid(`there is no account ${owner}`);
  const repository =
    findRepository(site, owner, name) ??
    (await createRepository(site, account, { name, defaultBranch: branch, private: options.private }));
  const folder = site.git.folder(repository.id);
  const target = `refs/heads/${branch}`;
  if ((await readRef(folder, `refs/heads/${repository.defaultBranch}`)) === undefined) {
    // A kill in between leaves an empty repository, which the next import fills.
    await gitText(folder, ["fetch", "--quiet", "--no-tags", "--end-of-options", from, target], { timeout: 600_000 });
    const oid = (await gitText(folder, ["rev-parse", "--verify", "FETCH_HEAD^{commit}"])).trim();
    await site.git.updateRefs(repository.id, [{ name: target, before: zeroOid, after: oid }]);
  }
  await announce(site, repository.id);
  return repository;
}

/** Gives an account a role in a repository; `none` takes it away. */
export function setPermission({ store }: Site, repository: Repository, account: Account, role: Role): void {
  store.transaction(() => {
    const held = store.collaborators.find("byRepository", [repository.id, account.id]);
    if (role === "none") {
      if (held !== undefined) store.collaborators.remove(held.id);
      return;
    }
    const id = held?.id ?? store.nextId();
    store.collaborators.put({ id, repositoryId: repository.id, accountId: account.id, role });
  });
}

function newRepository(
  id: number,
  owner: Account,
  { now, ...options }: NewRepository & { defaultBranch: string; now: string },
): Repository {
  return {
    id,
    nodeId: nodeId("repository", id),
    ownerId: owner.id,
    name: options.name,
    description: options.description ?? null,
    private: options.private ?? false,
    defaultBranch: options.defaultBranch,
    hasIssues: options.hasIssues ?? true,
    archived: false,
    allowMergeCommit: true,
    allowSquashMerge: true,
    allowRebaseMerge: true,
    deleteBranchOnMerge: false,
    lastPusherId: undefined,
    createdAt: now,
    updatedAt: now,
    pushedAt: now,
  };
}

function refused(field: string, code: "invalid" | "already_exists", message: string) {
  return validationFailed({ resource: "Repository", field, code, message });
}
