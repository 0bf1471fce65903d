import type { Pull } from "../model/pull.ts";
import type { Review } from "../model/review.ts";
import type { Site } from "../site.ts";
import { type Html, html, raw } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import { person } from "./people.ts";
import { ago } from "./time.ts";

const verdicts: Readonly<Record<Review["state"], { word: string; tone: string }>> = {
  APPROVED: { word: "approved", tone: "check-good" },
  CHANGES_REQUESTED: { word: "changes requested", tone: "check-bad" },
  COMMENTED: { word: "reviewed", tone: "check-idle" },
  DISMISSED: { word: "dismissed", tone: "check-idle" },
};

/** What reviewers said of a pull request. */
export function reviewCards({ store, ...site }: Site, pull: Pull, path: string): Html {
  const rows = store.reviews.list("byPull", [pull.id]);
  return html`${rows.map((row) => card({ store, ...site }, row, path))}`;
}

function card(site: Site, { id, authorId, state, body, submittedAt }: Review, path: string): Html {
  const { word, tone } = verdicts[state];
  const text =
    body.trim() === ""
      ? ""
      : html`<div class="markdown" dir="auto">${raw(renderMarkdown(body, { repository: path }))}</div>`;
  return html`<article class="card" id="pullrequestreview-${id}"><header>${person(site, authorId)}<span class="pill ${tone}">${word}</span><span class="muted">${ago(submittedAt)}</span></header>${text}</article>`;
}
