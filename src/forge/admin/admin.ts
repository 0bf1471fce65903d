import type { Account } from "../model/account.ts";
import type { Site } from "../site.ts";
import { ensureAccount } from "./accounts.ts";

/** What only the forge's operator may do; everything is idempotent, so a restarted process calls it all again. */
export function admin(site: Site) {
  return {
    ensureUser: (options: { login: string; type?: "User" | "Organization"; siteAdmin?: boolean }): Account =>
      ensureAccount(site, options),
  };
}

export type Admin = ReturnType<typeof admin>;
