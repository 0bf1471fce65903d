import { subIssuesOf } from "../domain/issue-relations.ts";
import type { Issue } from "../model/issue.ts";
import type { Site } from "../site.ts";
import { type Html, html } from "./html.ts";
import { labelChips } from "./labels.ts";
import { taskPill, taskState } from "./states.ts";
import { taskGraph } from "./task-graph.ts";

/** An issue's sub-issues: how far they are, what waits for what, and each with its state. */
export function taskSection(site: Site, issue: Issue, path: string): Html {
  const tasks = subIssuesOf(site, issue);
  if (tasks.length === 0) return html``;
  const closed = tasks.filter(({ state }) => state === "closed").length;
  const drawn = tasks.map((task) => ({
    ...{ id: task.id, number: task.number, title: task.title, needs: task.blockedByIds },
    ...{ state: taskState(site, task), href: `${path}/issues/${task.number}` },
  }));
  return html`<section class="card tasks" aria-label="Tasks">
<header><h2>Tasks</h2><span class="muted">${closed} of ${tasks.length} done</span><progress value="${closed}" max="${tasks.length}">${closed} of ${tasks.length}</progress></header>
${taskGraph(drawn)}
<ul class="rows">${tasks.map((task) => row(site, task, path))}</ul></section>`;
}

function row(site: Site, task: Issue, path: string): Html {
  const blockers = task.blockedByIds
    .flatMap((id) => site.store.issues.get(id) ?? [])
    .filter(({ state }) => state === "open");
  const waits = blockers.map(
    ({ number }, at) => html`${at === 0 ? "" : ", "}<a href="${path}/issues/${number}">#${number}</a>`,
  );
  return html`<li>${taskPill(taskState(site, task))}<div class="grow"><a class="title" href="${path}/issues/${task.number}">${task.title}</a> <span class="muted">#${task.number}</span>
${blockers.length === 0 ? "" : html`<div class="muted small">waits for ${waits}</div>`}</div>${labelChips(site, task, path)}</li>`;
}
