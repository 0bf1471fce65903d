import { authorize, type Need } from "../access/authorize.ts";
import { addComment } from "../domain/comments.ts";
import { setIssueState } from "../domain/issue-state.ts";
import { createIssue } from "../domain/issues.ts";
import { type Writing, writingIn } from "../domain/writing.ts";
import type { Call } from "../http/call.ts";
import { type Reply, redirect } from "../http/reply.ts";
import type { Issue } from "../model/issue.ts";
import { readForm, textOf } from "./form.ts";
import { html } from "./html.ts";
import { show } from "./page.ts";
import { checkForm, formToken } from "./session.ts";
import { tabs, trail, type Visit, visit, visitedIssue } from "./visit.ts";

/** The page on which an issue is written. */
export function newIssue(call: Call): Reply {
  const place = visit(call);
  if (call.actor.kind !== "user") return redirect(302, "/login");
  const body = html`${tabs(call, place, "issues")}<div class="heading"><h1>New issue</h1></div>
<form class="card write" method="post" action="${place.path}/issues">
<input type="hidden" name="form" value="${formToken(call.site, call.headers)}">
<div class="field"><label for="title">Title</label><input id="title" type="text" name="title" required maxlength="256" autofocus></div>
<div class="field"><label for="body">Description</label><textarea id="body" name="body" rows="9" maxlength="65536" placeholder="What should be different, and how one will see that it is"></textarea></div>
<div class="actions"><button class="button primary">Create issue</button></div></form>`;
  return show(call, { title: "New issue", trail: trail(place, { text: "New issue", href: "" }), body });
}

/** Opens the issue that was written. */
export async function postIssue(call: Call): Promise<Reply> {
  const { place, form } = await received(call);
  const fields = { title: textOf(form, "title"), body: textOf(form, "body") || null };
  const issue = write(call, place, speak, (writing) => createIssue(writing, fields));
  return redirect(303, `${place.path}/issues/${issue.number}`);
}

/** Adds the comment that was written; whoever listens for webhooks hears of it as of any other. */
export async function postComment(call: Call): Promise<Reply> {
  const { place, form } = await received(call);
  const comment = write(call, place, speak, (writing) =>
    addComment(writing, visitedIssue(call, place), textOf(form, "body")),
  );
  const page = visitedIssue(call, place).pullId === undefined ? "issues" : "pull";
  return redirect(303, `${place.path}/${page}/${call.parameter("number")}#issuecomment-${comment.id}`);
}

export const postClose = (call: Call): Promise<Reply> => changeState(call, "closed");
export const postReopen = (call: Call): Promise<Reply> => changeState(call, "open");

const speak: Need = { permission: "issues", access: "write", role: "read" };

async function changeState(call: Call, state: "open" | "closed"): Promise<Reply> {
  const { place } = await received(call);
  const own = call.actor.kind === "user" && visitedIssue(call, place).authorId === call.actor.account.id;
  const need: Need = { ...speak, role: own ? "read" : "triage" };
  const issue = write(
    call,
    place,
    need,
    (writing): Issue => setIssueState(writing, visitedIssue(call, place), { state }),
  );
  return redirect(303, `${place.path}/issues/${issue.number}`);
}

/** A form of ours, posted to a repository the visitor may see. */
async function received(call: Call): Promise<{ place: Visit; form: URLSearchParams }> {
  const form = await readForm(call);
  checkForm(call.site, call.headers, form);
  return { place: visit(call), form };
}

function write<Result>(call: Call, { repository }: Visit, need: Need, effect: (writing: Writing) => Result): Result {
  const refusal = authorize(call.site, call.actor, repository, need);
  if (refusal !== undefined) throw refusal;
  const writing = writingIn(call.site, call.actor, repository);
  return call.site.store.transaction(() => effect(writing));
}
