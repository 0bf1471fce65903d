import type { Commit } from "../git/commit-text.ts";
import { listCommits, readCommit } from "../git/commits.ts";
import { diffFiles, emptyTree } from "../git/diff.ts";
import { resolveCommit } from "../git/refs.ts";
import type { Call } from "../http/call.ts";
import { notFound } from "../http/errors.ts";
import type { Reply } from "../http/reply.ts";
import { changedFiles } from "./diff.ts";
import { type Html, html } from "./html.ts";
import { show } from "./page.ts";
import { ago } from "./time.ts";
import { tabs, trail, type Visit, visit } from "./visit.ts";

/** Commits on one page of history. */
const pageSize = 50;

/** The history of a branch, newest first. */
export async function history(call: Call): Promise<Reply> {
  const place = visit(call);
  const folder = call.site.git.folder(place.repository.id);
  const branch = call.parameter("ref");
  const head = await resolveCommit(folder, branch);
  if (head === undefined) throw notFound();
  const after = Math.max(0, Math.floor(Number(call.query("after"))) || 0);
  const found = await listCommits(folder, { range: [head], limit: pageSize + 1, skip: after });
  const more =
    found.length > pageSize
      ? html`<p class="actions"><a class="button" href="?after=${after + pageSize}">Older</a></p>`
      : "";
  const body = html`${tabs(call, place, "code")}<div class="heading"><h1>Commits on <span class="branch">${branch}</span></h1></div>
<section class="card"><ul class="rows">${commitRows(place, found.slice(0, pageSize))}</ul></section>${more}`;
  return show(call, { title: `Commits on ${branch}`, trail: trail(place, { text: branch, href: "" }), body });
}

/** One commit and what it changed. */
export async function commit(call: Call): Promise<Reply> {
  const place = visit(call);
  const folder = call.site.git.folder(place.repository.id);
  const oid = await resolveCommit(folder, call.parameter("sha"));
  const found = oid === undefined ? undefined : await readCommit(folder, oid);
  if (found === undefined) throw notFound();
  const [title = "", ...rest] = found.message.split("\n");
  const files = await diffFiles(folder, found.parents[0] ?? emptyTree, found.oid);
  const text = rest.join("\n").trim();
  const body = html`${tabs(call, place, "code")}<div class="heading"><h1>${title}</h1></div>
<p class="under"><strong>${found.author.name}</strong> committed ${ago(found.committer.date)} <span class="oid">${found.oid}</span></p>
${text === "" ? "" : html`<section class="card"><div class="markdown"><pre>${text}</pre></div></section>`}${changedFiles(files)}`;
  return show(call, { title, trail: trail(place, { text: found.oid.slice(0, 7), href: "" }), body });
}

/** Commits as list entries: what, who, when. */
export function commitRows({ path }: Visit, commits: readonly Commit[]): Html[] {
  return commits.map(
    ({
      oid,
      message,
      author,
    }) => html`<li><div class="grow"><a href="${path}/commit/${oid}">${message.split("\n")[0]}</a>
<div class="muted small">${author.name}, ${ago(author.date)} <span class="oid">${oid.slice(0, 7)}</span></div></div></li>`,
  );
}
