import { roleOf } from "../access/authorize.ts";
import type { Call } from "../http/call.ts";
import type { Reaction, ReactionContent } from "../model/comment.ts";
import type { Issue } from "../model/issue.ts";
import type { Repository } from "../model/repository.ts";
import { atLeast } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { type Html, html, raw } from "./html.ts";
import { type IconName, icon } from "./icons.ts";
import { renderMarkdown } from "./markdown.ts";
import { person } from "./people.ts";
import { formToken } from "./session.ts";
import { ago } from "./time.ts";

/** The opening text and the comments of an issue or pull request, oldest first, the pinned one right below the opening. */
export function conversation(site: Site, issue: Issue, path: string): Html {
  const comments = site.store.comments.list("byIssue", [issue.id]);
  const pinned = comments.find(({ id }) => id === issue.pinnedCommentId);
  const opening = { ...issue, anchor: "opening", body: issue.body ?? "" };
  const first =
    pinned === undefined
      ? ""
      : card(site, { ...pinned, anchor: `issuecomment-${pinned.id}`, pinned: true, subject: "comment" }, path);
  return html`${card(site, { ...opening, subject: "issue" }, path)}${first}
${comments
  .filter(({ id }) => id !== issue.pinnedCommentId)
  .map((comment) => card(site, { ...comment, anchor: `issuecomment-${comment.id}`, subject: "comment" }, path))}`;
}

interface Card {
  readonly id: number;
  readonly anchor: string;
  readonly authorId: number;
  readonly body: string;
  readonly createdAt: string;
  readonly editedAt: string | undefined;
  readonly subject: Reaction["subject"];
  readonly pinned?: boolean;
}

function card(
  site: Site,
  { id, anchor, authorId, body, createdAt, editedAt, subject, pinned }: Card,
  path: string,
): Html {
  const edited = editedAt === undefined ? "" : html`<span class="muted">· edited ${ago(editedAt)}</span>`;
  const pin = pinned ? html`<span class="pinned">${icon("pin")}Pinned</span>` : "";
  return html`<article class="card${pinned ? " is-pinned" : ""}" id="${anchor}">
<header>${person(site, authorId)} <a class="muted" href="#${anchor}">${ago(createdAt)}</a> ${edited}${pin}</header>
<div class="markdown" dir="auto">${body.trim() === "" ? html`<p class="muted">No description.</p>` : raw(renderMarkdown(body, { repository: path }))}</div>
${reactions(site, subject, id)}</article>`;
}

const words: Readonly<Record<ReactionContent, IconName>> = {
  "+1": "up",
  "-1": "down",
  confused: "confused",
  eyes: "eyes",
  heart: "heart",
  hooray: "hooray",
  laugh: "laugh",
  rocket: "rocket",
};

function reactions({ store }: Site, subject: Reaction["subject"], id: number): Html {
  const rows = store.reactions.list("bySubject", [subject, id]);
  if (rows.length === 0) return html``;
  const contents = [...new Set(rows.map(({ content }) => content))];
  const shown = contents.map((content) => {
    const mine = rows.filter((row) => row.content === content);
    const names = mine.map(({ accountId }) => store.accounts.get(accountId)?.login ?? "ghost").join(", ");
    return html`<span class="reaction" title="${content}: ${names}">${icon(words[content])}${mine.length}</span>`;
  });
  return html`<footer class="reactions">${shown}</footer>`;
}

/** The box to write in, for those who may; others read where to sign in. */
export function commentBox({ site, actor, headers }: Call, repository: Repository, issue: Issue, path: string): Html {
  if (actor.kind !== "user")
    return html`<p class="card note"><a href="/login">Sign in</a> to take part in this thread.</p>`;
  const action = `${path}/issues/${issue.number}`;
  const mayClose = issue.authorId === actor.account.id || atLeast(roleOf(site, actor.account, repository), "triage");
  const verb = issue.state === "open" ? "close" : "reopen";
  const change = html`<button class="button" formaction="${action}/${verb}" formnovalidate>${verb === "close" ? "Close" : "Reopen"}</button>`;
  return html`<form class="card write" method="post" action="${action}/comments">
<input type="hidden" name="form" value="${formToken(site, headers)}">
<label for="body">Write a comment</label>
<textarea id="body" name="body" rows="4" required maxlength="65536" placeholder="Markdown works, and so do commands, such as /help"></textarea>
<div class="actions">${mayClose && issue.pullId === undefined ? change : ""}<button class="button primary">Comment</button></div></form>`;
}
