import { listCommits } from "../git/commits.ts";
import { readBlob, readTree, type TreeEntry } from "../git/objects.ts";
import { listRefs, type Ref } from "../git/refs.ts";
import type { Call } from "../http/call.ts";
import type { Reply } from "../http/reply.ts";
import { commitRows } from "./commits.ts";
import { type Html, html, raw } from "./html.ts";
import { icon } from "./icons.ts";
import { renderMarkdown } from "./markdown.ts";
import { show } from "./page.ts";
import { tabs, trail, type Visit, visit } from "./visit.ts";

/** A repository's front: its files, README, branches, latest commits and where to clone it from. */
export async function repository(call: Call): Promise<Reply> {
  const place = visit(call);
  const folder = call.site.git.folder(place.repository.id);
  const branches = await listRefs(folder, "refs/heads");
  const head = branches.find(({ name }) => name === `refs/heads/${place.repository.defaultBranch}`);
  const body = head === undefined ? empty(call, place) : await front(call, place, { head, branches });
  return show(call, {
    title: place.path.slice(1),
    trail: trail(place),
    body: html`${tabs(call, place, "code")}${body}`,
  });
}

/** Names of files shown as a folder's introduction, the first that is there. */
const readmes = /^readme(?:\.(?:md|markdown|txt))?$/i;

async function front(
  call: Call,
  place: Visit,
  { head, branches }: { head: Ref; branches: readonly Ref[] },
): Promise<Html> {
  const folder = call.site.git.folder(place.repository.id);
  const branch = place.repository.defaultBranch;
  const [entries = [], commits] = await Promise.all([
    readTree(folder, head.oid),
    listCommits(folder, { range: [head.oid], limit: 8 }),
  ]);
  const readme = entries.find(({ path, type }) => type === "blob" && readmes.test(path));
  const text = readme === undefined ? undefined : await readBlob(folder, readme.oid);
  return html`<div class="columns"><div>
<section class="card"><ul class="rows files">${entryRows(place, branch, entries)}</ul></section>
${readme === undefined || text === undefined ? "" : introduction(place, readme.path, text.toString("utf8"))}</div>
<aside class="side">${clone(call, place)}
<section><h2>Latest commits</h2><ul>${commitRows(place, commits)}</ul></section>
<section><h2>${branches.length === 1 ? "1 branch" : `${branches.length} branches`}</h2><ul>${[head, ...branches.filter(({ name }) => name !== head.name)].slice(0, 20).map((ref) => branchRow(place, ref))}</ul></section></aside></div>`;
}

function introduction({ path, repository: { defaultBranch } }: Visit, name: string, text: string): Html {
  const rendered = /\.(?:md|markdown)$/i.test(name)
    ? raw(renderMarkdown(text, { repository: path, branch: defaultBranch }))
    : html`<pre>${text}</pre>`;
  return html`<article class="card"><header>${icon("file")}<strong>${name}</strong></header><div class="markdown" dir="auto">${rendered}</div></article>`;
}

/** The names in a folder, folders first. */
export function entryRows({ path }: Visit, branch: string, entries: readonly TreeEntry[]): Html[] {
  const rank = ({ type }: TreeEntry) => (type === "tree" ? 0 : 1);
  const sorted = [...entries].sort((left, right) => rank(left) - rank(right) || left.path.localeCompare(right.path));
  return sorted.map((entry) => {
    const view = entry.type === "tree" ? "tree" : "blob";
    const href = `${path}/${view}/${encodeURIComponent(branch)}/${entry.path.split("/").map(encodeURIComponent).join("/")}`;
    const name = entry.path.split("/").at(-1);
    return html`<li><span class="muted">${icon(entry.type === "tree" ? "folder" : "file")}</span><a class="grow" href="${href}">${name}</a></li>`;
  });
}

function branchRow({ path }: Visit, { name }: Ref): Html {
  const short = name.slice("refs/heads/".length);
  return html`<li><a class="branch" href="${path}/tree/${encodeURIComponent(short)}">${short}</a></li>`;
}

function clone({ site }: Call, { path }: Visit): Html {
  return html`<section><h2>Clone</h2><code class="clone">git clone ${site.url}${path}.git</code></section>`;
}

function empty({ site }: Call, { path, repository: { defaultBranch } }: Visit): Html {
  return html`<section class="card empty"><h2>This repository is empty</h2><p>Push something to it:</p>
<p><code class="clone">git push ${site.url}${path}.git HEAD:${defaultBranch}</code></p></section>`;
}
