import { hashToken } from "../access/secrets.ts";
import type { Call } from "../http/call.ts";
import { type Reply, redirect } from "../http/reply.ts";
import type { Account } from "../model/account.ts";
import type { Site } from "../site.ts";
import { readForm } from "./form.ts";
import { html } from "./html.ts";
import { show } from "./page.ts";
import { checkForm, checkOrigin, noSessionCookie, redeem, sessionCookie } from "./session.ts";

/** The page to sign in on; with the code of a one-time link it signs in at once. */
export function loginPage(call: Call): Reply {
  const code = call.query("code");
  if (code === undefined) return form(call);
  const account = redeem(call.site, code);
  if (account === undefined) return form(call, "This link was used before, or is too old. Sign in with a token.");
  // A redirect would still count as coming from where the link was, and the new cookie would not be sent along.
  const body = html`<div class="narrow"><section class="card"><h1>Welcome, ${account.login}</h1><p><a href="/">Continue</a></p></section></div>`;
  const reply = show(call, { title: "Signed in", body });
  return {
    ...reply,
    headers: { ...reply.headers, "set-cookie": sessionCookie(call.site, account), refresh: "0; url=/" },
  };
}

/** Signs in with a personal token; the browser gets a session, never the token back. */
export async function signIn(call: Call): Promise<Reply> {
  checkOrigin(call.headers);
  const account = tokenAccount(call.site, (await readForm(call)).get("token")?.trim() ?? "");
  if (account === undefined) return form(call, "This is no personal token of this forge.");
  return { ...redirect(303, "/"), headers: { location: "/", "set-cookie": sessionCookie(call.site, account) } };
}

export async function signOut(call: Call): Promise<Reply> {
  checkForm(call.site, call.headers, await readForm(call));
  return { ...redirect(303, "/"), headers: { location: "/", "set-cookie": noSessionCookie } };
}

function tokenAccount({ store }: Site, token: string): Account | undefined {
  const found = store.tokens.find("byHash", [hashToken(token)]);
  return found?.kind === "user" ? store.accounts.get(found.accountId) : undefined;
}

function form(call: Call, wrong?: string): Reply {
  const body = html`<div class="narrow"><section class="card"><h1>Sign in</h1>
<p class="muted">Paste a personal token of this forge. Whoever started it has one: it is printed at the start.</p>
${wrong === undefined ? "" : html`<p class="wrong" role="alert">${wrong}</p>`}
<form method="post" action="/login"><div class="field"><label for="token">Token</label><input id="token" type="password" name="token" required autocomplete="off" autofocus></div>
<div class="actions"><button class="button primary">Sign in</button></div></form></section></div>`;
  return show(call, { title: "Sign in", body, status: wrong === undefined ? 200 : 401 });
}
