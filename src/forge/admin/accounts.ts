import { isLogin } from "../git/names.ts";
import { invalid } from "../http/errors.ts";
import type { Account } from "../model/account.ts";
import { nodeId } from "../model/node-id.ts";
import { type Site, timeOf } from "../site.ts";

export interface NewAccount {
  readonly login: string;
  readonly type?: Account["type"];
  readonly siteAdmin?: boolean;
}

const nodeKinds = { User: "user", Organization: "organization", Bot: "bot" } as const;

/** The account of that login, made if there is none. */
export function ensureAccount(site: Site, { login, type = "User", siteAdmin = false }: NewAccount): Account {
  const { store } = site;
  if (!isLogin(type === "Bot" ? login.replace(/\[bot\]$/, "") : login)) throw invalid(`${login} cannot be a login`);
  return store.transaction(() => {
    const held = store.accounts.find("byLogin", [login.toLowerCase()]);
    if (held !== undefined) return held;
    const id = store.nextId();
    return store.accounts.put({
      id,
      nodeId: nodeId(nodeKinds[type], id),
      login,
      type,
      siteAdmin,
      createdAt: timeOf(site),
    });
  });
}

/** Suspends the account, or lifts that. */
export function suspendAccount(site: Site, account: Account, suspended: boolean): void {
  const { store } = site;
  const { suspendedAt = timeOf(site), ...kept } = account;
  store.transaction(() => store.accounts.put(suspended ? { ...kept, suspendedAt } : kept));
}
