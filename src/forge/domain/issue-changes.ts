import type { Issue } from "../model/issue.ts";
import type { IssueEvent } from "../model/issue-event.ts";
import { presentIssue } from "../present/issue.ts";
import { presentPull } from "../present/pull.ts";
import { timeOf } from "../site.ts";
import { pullOf } from "./find-issue.ts";
import { tell, type Writing } from "./writing.ts";

/** Writes the row with a fresh `updatedAt`. */
export function putIssue({ site }: Writing, issue: Issue): Issue {
  return site.store.issues.put({ ...issue, updatedAt: timeOf(site) });
}

/** Raises `issues` for an issue and `pull_request` for a pull request. */
export function tellThread(
  writing: Writing,
  issue: Issue,
  details: { action: string; fields?: Readonly<Record<string, unknown>> },
): void {
  const { action, fields = {} } = details;
  const { site, repository } = writing;
  const pull = pullOf(site, issue);
  const subject =
    pull === undefined
      ? { issue: presentIssue(site, repository, issue) }
      : { number: pull.number, pull_request: presentPull(site, repository, pull) };
  tell(writing, pull === undefined ? "issues" : "pull_request", { action, fields: { ...subject, ...fields } });
}

/** Keeps what happened to the issue for its list of events. */
export function recordEvent(
  { site, repository, account }: Writing,
  issue: Issue,
  details: Pick<IssueEvent, "event"> & Partial<Pick<IssueEvent, "label" | "assigneeId" | "commitId" | "rename">>,
): void {
  const { event, label, assigneeId, commitId, rename } = details;
  site.store.issueEvents.put({
    id: site.store.nextId(),
    repositoryId: repository.id,
    issueId: issue.id,
    actorId: account.id,
    event,
    label,
    assigneeId,
    commitId,
    rename,
    createdAt: timeOf(site),
  });
}
