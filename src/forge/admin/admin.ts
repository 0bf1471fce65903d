import { findRepository } from "../access/authorize.ts";
import { hashToken, newToken } from "../access/secrets.ts";
import type { FaultsSeen } from "../faults/fault.ts";
import type { FaultPlan } from "../faults/plan.ts";
import { readFaultPlan } from "../faults/read-plan.ts";
import { invalid } from "../http/errors.ts";
import type { Account } from "../model/account.ts";
import type { AppWebhook, Installation } from "../model/app.ts";
import type { Repository, Role } from "../model/repository.ts";
import { loginLink } from "../pages/session.ts";
import type { Site } from "../site.ts";
import { ensureAccount, suspendAccount } from "./accounts.ts";
import { type AppCredentials, ensureApp, type NewApp, updateAppWebhook } from "./apps.ts";
import { install } from "./installations.ts";
import {
  createRepository,
  type ImportedRepository,
  importRepository,
  type NewRepository,
  setPermission,
} from "./repositories.ts";
import { type ThreadAdmin, threadAdmin } from "./threads.ts";

/** What only the forge's operator may do; each can be repeated, so a restarted process simply calls it all again. */
export interface Admin extends ThreadAdmin {
  ensureUser(options: { login: string; type?: "User" | "Organization"; siteAdmin?: boolean }): Account;
  /** A new personal token of the user; it can never be read again. */
  createToken(login: string): string;
  /** An address that signs its first visitor in to the pages as the user, within a day and while the forge runs. */
  loginLink(login: string): string;
  ensureApp(options: NewApp): Promise<AppCredentials>;
  updateAppWebhook(slug: string, webhook: AppWebhook): void;
  install(slug: string, owner: string, repositories: "all" | readonly string[]): Installation;
  createRepository(options: NewRepository & { owner: string }): Promise<Repository>;
  importRepository(options: ImportedRepository): Promise<Repository>;
  /** `repository` is `owner/name`. */
  setPermission(repository: string, login: string, role: Role): void;
  /** Takes an account everything it may do, its tokens and sessions too; false gives it back. */
  suspend(login: string, suspended?: boolean): void;
  /** How the forge misbehaves from now on; undefined ends it. Throws an Error of one line when the plan is wrong. */
  setFaults(plan: FaultPlan | undefined): void;
  /** What happened since the plan was set. */
  faultsSeen(): FaultsSeen;
  /** Puts the forge's clock forward. Milliseconds. */
  advance(milliseconds: number): void;
}

export function admin(site: Site): Admin {
  return {
    ...threadAdmin(site),
    ensureUser: (options) => ensureAccount(site, options),
    createToken: (login) => createToken(site, login),
    loginLink: (login) => loginLink(site, accountOf(site, login)),
    ensureApp: (options) => ensureApp(site, options),
    updateAppWebhook: (slug, webhook) => updateAppWebhook(site, slug, webhook),
    install: (slug, owner, repositories) => install(site, slug, owner, repositories),
    createRepository: async ({ owner, ...options }) =>
      findRepository(site, owner, options.name) ?? (await createRepository(site, accountOf(site, owner), options)),
    importRepository: (options) => importRepository(site, options),
    setFaults: (plan) => {
      site.faults.set(plan === undefined ? undefined : readFaultPlan(plan));
      site.deliveries.wakeAll();
    },
    faultsSeen: () => site.faults.seen(),
    advance: (milliseconds) => site.clock.advance(milliseconds),
    suspend: (login, suspended = true) => suspendAccount(site, accountOf(site, login), suspended),
    setPermission: (fullName, login, role) => {
      const [owner = "", name = ""] = fullName.split("/");
      const repository = findRepository(site, owner, name);
      if (repository === undefined) throw invalid(`there is no repository ${fullName}`);
      setPermission(site, repository, accountOf(site, login), role);
    },
  };
}

function createToken(site: Site, login: string): string {
  const { store } = site;
  const accountId = accountOf(site, login).id;
  const token = newToken("ghp");
  store.transaction(() => store.tokens.put({ id: store.nextId(), kind: "user", hash: hashToken(token), accountId }));
  return token;
}

function accountOf({ store }: Site, login: string): Account {
  const account = store.accounts.find("byLogin", [login.toLowerCase()]);
  if (account === undefined) throw invalid(`there is no account ${login}`);
  return account;
}
