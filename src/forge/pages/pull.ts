import { issuesClosedBy } from "../domain/closing-issues.ts";
import { pullByNumber } from "../domain/find-issue.ts";
import { measured } from "../domain/measure-pull.ts";
import { commitsBetween, mergeBase } from "../git/commits.ts";
import { diffFiles } from "../git/diff.ts";
import type { Call } from "../http/call.ts";
import type { Reply } from "../http/reply.ts";
import type { Issue } from "../model/issue.ts";
import type { Pull } from "../model/pull.ts";
import { checksSection } from "./checks.ts";
import { commitRows } from "./commits.ts";
import { changedFiles } from "./diff.ts";
import { type Html, html } from "./html.ts";
import { labelChips } from "./labels.ts";
import { show } from "./page.ts";
import { person } from "./people.ts";
import { reviewCards } from "./reviews.ts";
import { threadPill } from "./states.ts";
import { commentBox, conversation } from "./thread.ts";
import { ago } from "./time.ts";
import { tabs, trail, type Visit, visit, visitedIssue } from "./visit.ts";

/** A pull request: what it says, whether it is good and can be merged, and every line it changes. */
export async function pull(call: Call): Promise<Reply> {
  const place = visit(call);
  const row = visitedIssue(call, place);
  const found = await measured(call.site, pullByNumber(call.site, place.repository, row.number));
  const folder = call.site.git.folder(place.repository.id);
  const start = (await mergeBase(folder, found.base.oid, found.head.oid)) ?? found.base.oid;
  const [files, commits] = await Promise.all([
    diffFiles(folder, start, found.head.oid),
    commitsBetween(folder, { from: start, to: found.head.oid, limit: 250 }),
  ]);
  const body = html`${tabs(call, place, "pulls")}<div id="thread" data-live>
<div class="heading"><h1>${row.title} <span class="number">#${row.number}</span></h1></div>
${facts(call, place, { row, found })}${conversation(call.site, row, place.path)}${reviewCards(call.site, found, place.path)}
${checksSection(call.site, place.repository, found)}</div>
${commentBox(call, place.repository, row, place.path)}
<section class="card"><header><h2>Commits</h2><span class="muted">${commits.length}</span></header><ul class="rows">${commitRows(place, commits.reverse())}</ul></section>
${changedFiles(files)}`;
  const crumb = { text: `#${row.number}`, href: `${place.path}/pull/${row.number}` };
  return show(call, { title: `${row.title} #${row.number}`, trail: trail(place, crumb), body, live: true });
}

function facts({ site }: Call, { path, repository }: Visit, { row, found }: { row: Issue; found: Pull }): Html {
  const closes = issuesClosedBy(site, repository, found);
  const links = closes.map(
    (issue, at) =>
      html`${at === 0 ? "" : ", "}<a href="${path}/issues/${issue.number}" title="${issue.title}">#${issue.number}</a>`,
  );
  const ends = html`<span class="branches"><span class="branch">${found.head.ref}</span>→<span class="branch">${found.base.ref}</span></span>`;
  return html`<div class="under">${threadPill(row, found)}<span>${person(site, row.authorId)} opened ${ago(row.createdAt)}</span>${ends}${closes.length === 0 ? "" : html`<span>closes ${links}</span>`}${labelChips(site, row, path)}</div>`;
}
