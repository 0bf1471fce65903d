import type { Call } from "../http/call.ts";
import { forbidden, type HttpError, notAccessible, notFound, requiresAuthentication } from "../http/errors.ts";
import type { Account } from "../model/account.ts";
import type { Access, Permissions } from "../model/app.ts";
import { atLeast, type Repository, type Role } from "../model/repository.ts";
import type { Site } from "../site.ts";
import type { Actor } from "./actor.ts";

/** What an operation needs: of an app `permission` at `access`; of a person `role` in the repository. */
export interface Need {
  /** GitHub's permission name; several mean that any one of them suffices. */
  readonly permission: string | readonly string[];
  readonly access: Access;
  /** Least role of a person; `read` and `write` follow the access when not given. */
  readonly role?: Role;
}

/** The repository of `{owner}/{repo}` in the route, if the actor may see it and do this; else 404, 401 or 403. */
export function repositoryFor(call: Call, need: Need): Repository {
  const repository = findRepository(call.site, call.parameter("owner"), call.parameter("repo"));
  if (repository === undefined) throw notFound();
  const refusal = authorize(call.site, call.actor, repository, need);
  if (refusal !== undefined) throw refusal;
  return repository;
}

/** The repository called so, without regard to case. */
export function findRepository({ store }: Site, owner: string, name: string): Repository | undefined {
  const account = store.accounts.find("byLogin", [owner.toLowerCase()]);
  return account && store.repositories.find("byOwner", [account.id, name.toLowerCase()]);
}

/** Undefined when the actor may; otherwise the error GitHub would answer. */
export function authorize(site: Site, actor: Actor, repository: Repository, need: Need): HttpError | undefined {
  if (!canSee(site, actor, repository)) return notFound();
  switch (actor.kind) {
    case "anonymous":
      return need.access === "read" && atLeast("read", need.role ?? "read") ? undefined : requiresAuthentication();
    case "app":
      return forbidden("A JSON web token could not be used here; use an installation token");
    case "user":
      return userRefusal(site, actor.account, repository, need);
    case "installation":
      return covers(actor, repository) && holds(actor.permissions, need) ? undefined : notAccessible();
  }
}

/** The account that writes when this actor writes; 401 when nobody is signed in. */
export function author(actor: Actor): Account {
  if (actor.kind === "user" || actor.kind === "installation") return actor.account;
  throw requiresAuthentication();
}

/** The person's role: owners and site admins are admins, others what they were given, public means `read`; suspended ones have none. */
export function roleOf({ store }: Site, account: Account, repository: Repository): Role {
  if (account.suspendedAt !== undefined) return "none";
  if (account.id === repository.ownerId || account.siteAdmin) return "admin";
  const given = store.collaborators.find("byRepository", [repository.id, account.id])?.role ?? "none";
  return given === "none" && !repository.private ? "read" : given;
}

/** Whether the permissions include the needed access. */
export function holds(permissions: Permissions, need: Need): boolean {
  const names = typeof need.permission === "string" ? [need.permission] : need.permission;
  return names.some((name) => rank(name === "metadata" ? "read" : permissions[name]) >= rank(need.access));
}

function rank(access: Access | undefined): number {
  return access === undefined ? 0 : { read: 1, write: 2, admin: 3 }[access];
}

/** Whether the actor may know that the repository exists. */
export function canSee(site: Site, actor: Actor, repository: Repository): boolean {
  if (!repository.private) return true;
  if (actor.kind === "user") return atLeast(roleOf(site, actor.account, repository), "read");
  return actor.kind === "installation" && covers(actor, repository);
}

/** Whether an installation token reaches this repository. */
export function covers(actor: Extract<Actor, { kind: "installation" }>, repository: Repository): boolean {
  const { installation, repositories } = actor;
  const reaches = (list: "all" | readonly number[]) => list === "all" || list.includes(repository.id);
  return repository.ownerId === installation.accountId && reaches(installation.repositories) && reaches(repositories);
}

function userRefusal(site: Site, account: Account, repository: Repository, need: Need): HttpError | undefined {
  const needed = need.role ?? need.access;
  if (atLeast(roleOf(site, account, repository), needed)) return undefined;
  return forbidden(
    needed === "admin" ? "Must have admin rights to Repository." : "Must have push access to repository",
  );
}
