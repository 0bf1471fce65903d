import { canSee } from "../access/authorize.ts";
import type { Call } from "../http/call.ts";
import { notFound } from "../http/errors.ts";
import type { Reply } from "../http/reply.ts";
import type { Repository } from "../model/repository.ts";
import { fullName } from "../present/repository.ts";
import { type Html, html } from "./html.ts";
import { icon } from "./icons.ts";
import { show } from "./page.ts";
import { ago } from "./time.ts";

/** Every repository the visitor may see, the one pushed to last first. */
export function repositories(call: Call): Reply {
  const rows = visible(call, call.site.store.repositories.list("all", []));
  return show(call, { title: "Repositories", body: list(call, "Repositories", rows), live: true });
}

/** The repositories of one account. */
export function ownerRepositories(call: Call): Reply {
  const { store } = call.site;
  const owner = store.accounts.find("byLogin", [call.parameter("owner").toLowerCase()]);
  if (owner === undefined) throw notFound();
  const rows = visible(call, store.repositories.list("byOwner", [owner.id]));
  const trail = [{ text: owner.login, href: `/${owner.login}` }];
  return show(call, { title: owner.login, trail, body: list(call, owner.login, rows), live: true });
}

function visible({ site, actor }: Call, rows: readonly Repository[]): Repository[] {
  const seen = rows.filter((row) => canSee(site, actor, row));
  return seen.sort((left, right) => right.pushedAt.localeCompare(left.pushedAt));
}

function list(call: Call, title: string, rows: readonly Repository[]): Html {
  return html`<div class="heading"><h1>${title}</h1></div><div id="repositories" data-live>${rows.length === 0 ? nothing : html`<section class="card"><ul class="rows">${rows.map((row) => line(call, row))}</ul></section>`}</div>`;
}

const nothing = html`<section class="card empty"><h2>Nothing here yet</h2><p>Repositories that are imported, created or pushed appear here.</p></section>`;

function line({ site }: Call, row: Repository): Html {
  const name = fullName(site, row);
  const open = site.store.issues.list("open", [row.id]);
  const pulls = open.filter(({ pullId }) => pullId !== undefined).length;
  return html`<li><span class="thread-icon muted">${icon("repository")}</span><div class="grow"><a class="title" href="/${name}">${name}</a>${row.private ? html` <span class="badge">private</span>` : ""}
<div class="muted small">${row.description === null ? "" : `${row.description} · `}pushed ${ago(row.pushedAt)}</div></div>
<span class="end">${count(open.length - pulls, "open issue")} · ${count(pulls, "pull request")}</span></li>`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
