import type { Call } from "../http/call.ts";
import type { Reply } from "../http/reply.ts";
import type { Issue } from "../model/issue.ts";
import { type Html, html } from "./html.ts";
import { icon } from "./icons.ts";
import { labelChips } from "./labels.ts";
import { show } from "./page.ts";
import { taskPill, taskState, threadIcon } from "./states.ts";
import { ago } from "./time.ts";
import { tabs, trail, type Visit, visit } from "./visit.ts";

/** A repository's issues. */
export const issues = (call: Call): Reply => list(call, "issues");

/** A repository's pull requests. */
export const pulls = (call: Call): Reply => list(call, "pulls");

/** Threads on one page. */
const pageSize = 50;

type Kind = "issues" | "pulls";
type Shown = "open" | "closed";

function list(call: Call, kind: Kind): Reply {
  const place = visit(call);
  const shown: Shown = call.query("state") === "closed" ? "closed" : "open";
  const rows = threads(call, place, kind);
  const wanted = rows.filter(({ state }) => state === shown);
  const page = Math.max(1, Math.floor(Number(call.query("page"))) || 1);
  const slice = wanted.slice((page - 1) * pageSize, page * pageSize);
  const title = kind === "issues" ? "Issues" : "Pull requests";
  const body = html`${tabs(call, place, kind)}${filter(call, place, { kind, shown, rows })}
<section class="card" id="threads" data-live>${slice.length === 0 ? none(kind, shown) : html`<ul class="rows">${slice.map((row) => line(call, place, row))}</ul>`}</section>
${pager(call, page, wanted.length)}`;
  return show(call, {
    title: `${title} · ${place.path.slice(1)}`,
    trail: trail(place, { text: title, href: `${place.path}/${kind}` }),
    body,
    live: true,
  });
}

/** Newest first, of one kind, with the label that was asked for. */
function threads(call: Call, { repository }: Visit, kind: Kind): Issue[] {
  const { store } = call.site;
  const name = call.query("label");
  const label = name === undefined ? undefined : store.labels.find("byName", [repository.id, name.toLowerCase()]);
  return store.issues
    .list("byNumber", [repository.id], { reverse: true })
    .filter(({ pullId }) => (pullId !== undefined) === (kind === "pulls"))
    .filter(({ labelIds }) => name === undefined || (label !== undefined && labelIds.includes(label.id)));
}

function filter(
  call: Call,
  { path }: Visit,
  { kind, shown, rows }: { kind: Kind; shown: Shown; rows: readonly Issue[] },
): Html {
  const open = rows.filter(({ state }) => state === "open").length;
  const label = call.query("label");
  const suffix = label === undefined ? "" : `&label=${encodeURIComponent(label)}`;
  const choice = (state: Shown, count: number) =>
    html`<a class="button" href="${path}/${kind}?state=${state}${suffix}" ${state === shown ? html`aria-current="true"` : ""}>${state === "open" ? "Open" : "Closed"} <span class="count">${count}</span></a>`;
  const fresh =
    kind === "issues" && call.actor.kind === "user"
      ? html`<a class="button primary" href="${path}/issues/new">New issue</a>`
      : "";
  const chosen =
    label === undefined
      ? ""
      : html`<a class="label" href="${path}/${kind}?state=${shown}" title="Show all labels">${label} ${icon("cross")}</a>`;
  return html`<div class="filter">${choice("open", open)}${choice("closed", rows.length - open)}${chosen}<span class="grow"></span>${fresh}</div>`;
}

function line({ site }: Call, { path }: Visit, issue: Issue): Html {
  const pull = issue.pullId === undefined ? undefined : site.store.pulls.get(issue.pullId);
  const author = (site.store.accounts.get(issue.authorId)?.login ?? "ghost").replace(/\[bot\]$/, "");
  const state = pull === undefined ? taskState(site, issue) : "open";
  const task = ["queued", "running", "review", "failed", "paused", "blocked"].includes(state) ? taskPill(state) : "";
  const subs = issue.subIssueIds.flatMap((id) => site.store.issues.get(id) ?? []);
  const done = subs.filter((sub) => sub.state === "closed").length;
  const progress = subs.length === 0 ? "" : html`<span title="Tasks done">${done}/${subs.length} tasks</span>`;
  const comments =
    issue.commentCount === 0 ? "" : html`<span title="Comments">${icon("comment")} ${issue.commentCount}</span>`;
  return html`<li>${threadIcon(issue, pull)}<div class="grow"><a class="title" href="${path}/${pull === undefined ? "issues" : "pull"}/${issue.number}">${issue.title}</a> ${labelChips(site, issue, path)}
<div class="muted small">#${issue.number} by ${author}, ${issue.closedAt === null ? html`opened ${ago(issue.createdAt)}` : html`closed ${ago(issue.closedAt)}`}</div></div>
${task}${subs.length + issue.commentCount === 0 ? "" : html`<span class="end">${progress} ${comments}</span>`}</li>`;
}

function none(kind: Kind, shown: Shown): Html {
  const word = kind === "issues" ? "issues" : "pull requests";
  return html`<div class="empty"><h2>No ${shown} ${word}</h2><p>${kind === "issues" ? "Write one, and /plan in it makes a plan." : "They appear when work is published."}</p></div>`;
}

function pager({ url }: Call, page: number, total: number): Html {
  const to = (number: number) => {
    const query = new URLSearchParams(url.search);
    query.set("page", String(number));
    return `?${query}`;
  };
  const newer = page > 1 ? html`<a class="button" href="${to(page - 1)}">Newer</a>` : "";
  const older = page * pageSize < total ? html`<a class="button" href="${to(page + 1)}">Older</a>` : "";
  return html`<p class="actions">${newer}${older}</p>`;
}
