import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Call } from "../http/call.ts";
import type { Reply } from "../http/reply.ts";
import { type Html, html, raw } from "./html.ts";
import { icon } from "./icons.ts";
import { signedIn } from "./people.ts";

/** What a page consists of beside the frame every page has. */
export interface Page {
  readonly title: string;
  /** Path to this page, outermost first; the last one is not linked. */
  readonly trail?: readonly Crumb[];
  readonly body: Html;
  /** Whether parts marked `data-live` are kept current while the page is open. */
  readonly live?: boolean;
  readonly status?: number;
}

/** Who looks at a page. */
export type Visitor = Pick<Call, "site" | "actor" | "headers">;

export interface Crumb {
  readonly text: string;
  readonly href: string;
}

/** The stylesheet, and the address that changes with it. */
export const stylesheet = ["base", "frame", "thread", "tasks", "graph", "forms", "code", "markdown", "narrow"]
  .map((name) => readFileSync(new URL(`styles/${name}.css`, import.meta.url), "utf8"))
  .join("\n");
const stylesheetAddress = `/assets/style-${createHash("sha256").update(stylesheet).digest("hex").slice(0, 12)}.css`;

/** The answer that shows the page to whoever asks. */
export function show(call: Visitor | undefined, page: Page): Reply {
  const nonce = randomBytes(16).toString("base64");
  const text = frame(call, page, nonce);
  if (text instanceof Promise) throw new Error("a page's template holds a promise");
  return { status: page.status ?? 200, headers: headers(nonce), body: String(text) };
}

/** Nothing is loaded from elsewhere, nothing inline runs but our one script, nobody may frame or post elsewhere. */
function headers(nonce: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    `script-src 'nonce-${nonce}'`,
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
  };
}

function frame(call: Visitor | undefined, page: Page, nonce: string): Html {
  const { title, trail = home, body, live = false } = page;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Coppice forge</title>
<link rel="stylesheet" href="${stylesheetAddress}">
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
</head>
<body>
<header class="top"><div class="wide">
<a class="brand" href="/" aria-label="All repositories">${icon("brand")}</a>
<nav class="trail" aria-label="Where you are">${trail.map(crumb)}</nav>
${call === undefined ? "" : signedIn(call)}
</div></header>
<main class="wide">${body}</main>
${live ? html`<script nonce="${nonce}">${raw(refresh)}</script>` : ""}
</body>
</html>`;
}

const home: readonly Crumb[] = [{ text: "Coppice", href: "/" }];

function crumb({ text, href }: Crumb, index: number, trail: readonly Crumb[]): Html {
  const last = index === trail.length - 1;
  return html`${index === 0 ? "" : html`<span class="slash" aria-hidden="true">/</span>`}<a href="${href}" ${last ? raw('aria-current="page"') : ""}>${text}</a>`;
}

// Asks for this very page every three seconds while it is seen, and swaps the parts that changed. What a reader has
// opened or selected is left alone. Without script a page is simply reloaded by hand.
const refresh = `
const parts = () => [...document.querySelectorAll("[data-live]")];
const busy = (part) => part.contains(document.activeElement) || (getSelection().type === "Range" && part.contains(getSelection().anchorNode));
setInterval(async () => {
  if (document.hidden) return;
  const answer = await fetch(location.href).catch(() => undefined);
  if (!answer?.ok) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts()) {
    const fresh = next.getElementById(part.id);
    if (!fresh || fresh.innerHTML === part.dataset.seen || busy(part)) continue;
    const open = [...part.querySelectorAll("details")].map((details) => details.open);
    const scrolled = [...part.querySelectorAll(".scroll")].map((box) => box.scrollLeft);
    part.dataset.seen = fresh.innerHTML;
    part.innerHTML = fresh.innerHTML;
    [...part.querySelectorAll("details")].forEach((details, at) => { if (at in open) details.open = open[at]; });
    [...part.querySelectorAll(".scroll")].forEach((box, at) => { box.scrollLeft = scrolled[at] ?? 0; });
  }
}, 3000);
`;
