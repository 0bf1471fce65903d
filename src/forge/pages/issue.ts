import { subIssuesOf } from "../domain/issue-relations.ts";
import type { Call } from "../http/call.ts";
import { type Reply, redirect } from "../http/reply.ts";
import type { Issue } from "../model/issue.ts";
import { type Html, html } from "./html.ts";
import { labelChips } from "./labels.ts";
import { show } from "./page.ts";
import { person } from "./people.ts";
import { taskPill, taskState, threadPill } from "./states.ts";
import { taskSection } from "./task-list.ts";
import { commentBox, conversation } from "./thread.ts";
import { ago } from "./time.ts";
import { tabs, trail, type Visit, visit, visitedIssue } from "./visit.ts";

/** An issue's thread; a pull request's number leads to its own page. */
export function issue(call: Call): Reply {
  const place = visit(call);
  const row = visitedIssue(call, place);
  if (row.pullId !== undefined) return redirect(302, `${place.path}/pull/${row.number}`);
  const { site } = call;
  const body = html`${tabs(call, place, "issues")}<div id="thread" data-live>
<div class="heading"><h1>${row.title} <span class="number">#${row.number}</span></h1></div>
${facts(call, place, row)}${taskSection(site, row, place.path)}${conversation(site, row, place.path)}</div>
${commentBox(call, place.repository, row, place.path)}`;
  const crumb = { text: `#${row.number}`, href: `${place.path}/issues/${row.number}` };
  return show(call, { title: `${row.title} #${row.number}`, trail: trail(place, crumb), body, live: true });
}

function facts({ site }: Call, { path }: Visit, row: Issue): Html {
  const parent = row.parentId === undefined ? undefined : site.store.issues.get(row.parentId);
  const isTask = row.state === "open" && subIssuesOf(site, row).length === 0;
  const state = isTask ? taskState(site, row) : "open";
  const blockers = row.blockedByIds.flatMap((id) => site.store.issues.get(id) ?? []);
  const from =
    parent === undefined
      ? ""
      : html`<span>part of <a href="${path}/issues/${parent.number}">${parent.title} #${parent.number}</a></span>`;
  const links = blockers.map(
    (blocker, at) =>
      html`${at === 0 ? "" : ", "}<a href="${path}/issues/${blocker.number}" title="${blocker.title}">#${blocker.number}</a>`,
  );
  const waits = blockers.length === 0 ? "" : html`<span>after ${links}</span>`;
  return html`<div class="under">${state === "open" ? threadPill(row, undefined) : taskPill(state, "big")}<span>opened by ${person(site, row.authorId)} ${ago(row.createdAt)}</span>${from}${waits}${labelChips(site, row, path)}</div>`;
}
