import { z } from "zod";
import { repositoryFor, roleOf } from "../access/authorize.ts";
import { setPermission } from "../admin/repositories.ts";
import { type Call, parseBody } from "../http/call.ts";
import { notFound } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { noContent, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Account } from "../model/account.ts";
import type { Repository, Role } from "../model/repository.ts";
import { presentAccount } from "../present/account.ts";
import { ownerOf, permissionsOf } from "../present/repository.ts";
import type { Site } from "../site.ts";

/** Who may do what in a repository. */
export const collaboratorRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/collaborators", list),
  route("GET /repos/{owner}/{repo}/collaborators/{username}", check),
  route("PUT /repos/{owner}/{repo}/collaborators/{username}", put),
  route("DELETE /repos/{owner}/{repo}/collaborators/{username}", remove),
  route("GET /repos/{owner}/{repo}/collaborators/{username}/permission", permission),
];

function list(call: Call): Reply {
  const repository = repositoryFor(call, { permission: "metadata", access: "read", role: "write" });
  return page(call, members(call.site, repository), ({ account, role }) => present(call.site, account, role));
}

function check(call: Call): Reply {
  const repository = repositoryFor(call, { permission: "metadata", access: "read", role: "write" });
  const { id } = accountOf(call);
  if (!members(call.site, repository).some(({ account }) => account.id === id)) throw notFound();
  return noContent();
}

async function put(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, { permission: "administration", access: "write", role: "admin" });
  const body = await parseBody(call, z.object({ permission: z.enum(names).default("push") }));
  // Nobody is there to accept an invitation, so the role holds at once, as it does for members of an organization.
  setPermission(call.site, repository, accountOf(call), roles[body.permission]);
  return noContent();
}

function remove(call: Call): Reply {
  const repository = repositoryFor(call, { permission: "administration", access: "write", role: "admin" });
  setPermission(call.site, repository, accountOf(call), "none");
  return noContent();
}

function permission(call: Call): Reply {
  const repository = repositoryFor(call, { permission: "metadata", access: "read" });
  const account = accountOf(call);
  const role = roleOf(call.site, account, repository);
  return ok({ permission: coarse[role], role_name: role, user: present(call.site, account, role) });
}

const names = ["pull", "triage", "push", "maintain", "admin"] as const;
const roles: Readonly<Record<(typeof names)[number], Role>> = {
  pull: "read",
  triage: "triage",
  push: "write",
  maintain: "maintain",
  admin: "admin",
};

// The older field knows four levels only.
const coarse: Readonly<Record<Role, string>> = {
  none: "none",
  read: "read",
  triage: "read",
  write: "write",
  maintain: "write",
  admin: "admin",
};

function members(site: Site, repository: Repository): { account: Account; role: Role }[] {
  const given = site.store.collaborators.list("byRepository", [repository.id]).flatMap((row) => {
    const account = site.store.accounts.get(row.accountId);
    return account === undefined ? [] : [{ account, role: row.role }];
  });
  return [{ account: ownerOf(site, repository), role: "admin" }, ...given];
}

function present(site: Site, account: Account, role: Role): Record<string, unknown> {
  return { ...presentAccount(site, account), permissions: permissionsOf(role), role_name: role };
}

function accountOf(call: Call): Account {
  const account = call.site.store.accounts.find("byLogin", [call.parameter("username").toLowerCase()]);
  if (account === undefined) throw notFound();
  return account;
}
