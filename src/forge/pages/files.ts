import { isTreePath } from "../git/names.ts";
import { entryAt, readBlob, readTree, type TreeEntry } from "../git/objects.ts";
import { resolveCommit } from "../git/refs.ts";
import type { Call } from "../http/call.ts";
import { notFound } from "../http/errors.ts";
import { content, type Reply } from "../http/reply.ts";
import { type Html, html, raw } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import { type Crumb, show } from "./page.ts";
import { entryRows } from "./repository.ts";
import { tabs, trail, type Visit, visit } from "./visit.ts";

/** A folder or a file at a branch, tag or commit. */
export async function file(call: Call): Promise<Reply> {
  const found = await locate(call);
  const { place, revision, path } = found;
  const body = found.entry.type === "tree" ? await folderBody(call, found) : await fileBody(call, found);
  const heading = html`<div class="heading"><h1><span class="branch">${revision}</span> ${path === "" ? place.repository.name : path}</h1></div>`;
  return show(call, {
    title: path === "" ? revision : path,
    trail: trail(place, ...crumbs(found)),
    body: html`${tabs(call, place, "code")}${heading}${body}`,
  });
}

/** A file's bytes. Only pictures are named as what they are; anything else is text that no browser runs. */
export async function rawFile(call: Call): Promise<Reply> {
  const { place, entry, path } = await locate(call);
  const bytes =
    entry.type === "blob" ? await readBlob(call.site.git.folder(place.repository.id), entry.oid) : undefined;
  if (bytes === undefined) throw notFound();
  const type = pictures[/\.(\w+)$/.exec(path.toLowerCase())?.[1] ?? ""] ?? "text/plain; charset=utf-8";
  const reply = content(type, new Uint8Array(bytes));
  return {
    ...reply,
    headers: {
      ...reply.headers,
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      "x-content-type-options": "nosniff",
    },
  };
}

const pictures: Readonly<Record<string, string>> = {
  avif: "image/avif",
  gif: "image/gif",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  png: "image/png",
  svg: "image/svg+xml",
  webp: "image/webp",
};

interface Located {
  readonly place: Visit;
  readonly revision: string;
  readonly commit: string;
  /** Without slash at either end; empty for the root. */
  readonly path: string;
  readonly entry: TreeEntry;
}

/** A branch may have slashes: its own are written `%2F`, which the router has decoded, so the longest name that exists wins. */
async function locate(call: Call): Promise<Located> {
  const place = visit(call);
  const folder = call.site.git.folder(place.repository.id);
  const parts = call.parameter("path").replace(/\/+$/, "").split("/");
  for (let length = Math.min(parts.length, 8); length > 0; length -= 1) {
    const revision = parts.slice(0, length).join("/");
    const commit = await resolveCommit(folder, revision);
    if (commit === undefined) continue;
    const path = parts.slice(length).join("/");
    const entry = path === "" || isTreePath(path) ? await entryAt(folder, commit, path) : undefined;
    if (entry !== undefined) return { place, revision, commit, path, entry };
  }
  throw notFound();
}

async function folderBody({ site }: Call, { place, revision, path, entry }: Located): Promise<Html> {
  const entries = (await readTree(site.git.folder(place.repository.id), entry.oid)) ?? [];
  const within = entries.map((row) => ({ ...row, path: path === "" ? row.path : `${path}/${row.path}` }));
  const up =
    path === ""
      ? ""
      : html`<li><a href="${address(place, revision, path.split("/").slice(0, -1).join("/"))}">…</a></li>`;
  return html`<section class="card"><ul class="rows files">${up}${entryRows(place, revision, within)}</ul></section>`;
}

/** Bytes of a file that are shown as text. */
const longestText = 512 * 1024;

async function fileBody({ site }: Call, { place, revision, path, entry }: Located): Promise<Html> {
  const bytes = (await readBlob(site.git.folder(place.repository.id), entry.oid)) ?? Buffer.alloc(0);
  const original = `${place.path}/raw/${encodeURIComponent(revision)}/${path.split("/").map(encodeURIComponent).join("/")}`;
  const link = html`<p class="under">${entry.size ?? 0} bytes <a href="${original}">Raw</a></p>`;
  const extension = /\.(\w+)$/.exec(path.toLowerCase())?.[1] ?? "";
  if (pictures[extension] !== undefined)
    return html`${link}<section class="card"><div class="inside"><img src="${original}" alt="${path}"></div></section>`;
  if (bytes.length > longestText || bytes.subarray(0, 8000).includes(0))
    return html`${link}<section class="card empty">This file is not shown as text.</section>`;
  const text = bytes.toString("utf8");
  if (extension === "md") {
    const rendered = raw(renderMarkdown(text, { repository: place.path, branch: revision }));
    return html`${link}<article class="card"><div class="markdown" dir="auto">${rendered}</div></article>`;
  }
  const lines = text.replace(/\n$/, "").split("\n");
  return html`${link}<section class="card"><div class="blob scroll"><table>${lines.map((line, at) => html`<tr><td class="line">${at + 1}</td><td>${line}</td></tr>`)}</table></div></section>`;
}

function crumbs({ place, revision, path }: Located): Crumb[] {
  const parts = path === "" ? [] : path.split("/");
  return parts.map((text, at) => ({ text, href: address(place, revision, parts.slice(0, at + 1).join("/")) }));
}

function address({ path }: Visit, revision: string, file: string): string {
  return `${path}/tree/${encodeURIComponent(revision)}${file === "" ? "" : `/${file.split("/").map(encodeURIComponent).join("/")}`}`;
}
