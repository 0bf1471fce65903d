import type { Call } from "../http/call.ts";
import type { Account } from "../model/account.ts";
import type { Site } from "../site.ts";
import { type Html, html } from "./html.ts";
import { formToken } from "./session.ts";

/** Who wrote something: picture, name, and a badge when no person did. */
export function person({ store }: Site, id: number | undefined): Html {
  const account = id === undefined ? undefined : store.accounts.get(id);
  if (account === undefined) return html`<span class="person"><span class="name">ghost</span></span>`;
  const name = account.login.replace(/\[bot\]$/, "");
  const badge = account.type === "Bot" ? html` <span class="badge">bot</span>` : "";
  return html`<span class="person">${avatar(account)}<span class="name">${name}</span>${badge}</span>`;
}

export function avatar({ id, type }: Pick<Account, "id" | "type">): Html {
  return html`<img class="avatar${type === "Bot" ? " square" : ""}" src="/avatars/${id}" alt="" width="20" height="20">`;
}

/** A picture of an account: its first letter on a colour of its own. */
export function avatarFile({ id, login }: Account): string {
  // The golden angle spreads neighbouring ids over the colour wheel.
  const hue = Math.round((id * 137.508) % 360);
  const letter = /[a-z0-9]/i.exec(login)?.[0]?.toUpperCase() ?? "?";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="hsl(${hue} 38% 46%)"/><text x="20" y="20" dy=".35em" text-anchor="middle" font-family="system-ui,sans-serif" font-size="20" font-weight="600" fill="#fff">${letter}</text></svg>`;
}

/** The corner of the page that says who is signed in. */
export function signedIn({ site, actor, headers }: Pick<Call, "site" | "actor" | "headers">): Html {
  if (actor.kind !== "user") return html`<a class="quiet" href="/login">Sign in</a>`;
  return html`<form class="account" method="post" action="/logout">
<input type="hidden" name="form" value="${formToken(site, headers)}">
${person(site, actor.account.id)}<button class="quiet">Sign out</button></form>`;
}
