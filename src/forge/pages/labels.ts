import type { Issue } from "../model/issue.ts";
import type { Label } from "../model/label.ts";
import type { Site } from "../site.ts";
import { type Html, html } from "./html.ts";

/** The labels of a thread, each leading to the list of all that have it. */
export function labelChips({ store }: Site, issue: Issue, repository: string): Html {
  const labels = issue.labelIds.flatMap((id) => store.labels.get(id) ?? []);
  if (labels.length === 0) return html``;
  return html`<span class="labels">${labels.map((label) => chip(label, repository))}</span>`;
}

function chip({ name, color, description }: Label, repository: string): Html {
  const href = `${repository}/issues?label=${encodeURIComponent(name)}`;
  // The colour is an SVG attribute because the page's policy allows no inline style.
  const dot = html`<svg viewBox="0 0 8 8" width="8" height="8" aria-hidden="true"><circle cx="4" cy="4" r="4" fill="#${color}"/></svg>`;
  return html`<a class="label" href="${href}" title="${description ?? name}">${dot}${name}</a>`;
}
