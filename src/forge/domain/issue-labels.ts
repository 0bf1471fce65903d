import { notFound } from "../http/errors.ts";
import type { Issue } from "../model/issue.ts";
import type { Label } from "../model/label.ts";
import { presentLabel } from "../present/label.ts";
import { putIssue, recordEvent, tellThread } from "./issue-changes.ts";
import { mayTriage, type Writing } from "./writing.ts";

/** Makes these the issue's labels; silently nothing when the writer may not label. Inside a transaction. */
export function setIssueLabels(writing: Writing, issue: Issue, labelIds: readonly number[]): Issue {
  if (!mayTriage(writing)) return issue;
  const wanted = [...new Set(labelIds)];
  const added = wanted.filter((id) => !issue.labelIds.includes(id));
  const removed = issue.labelIds.filter((id) => !wanted.includes(id));
  if (added.length + removed.length === 0) return issue;
  const next = putIssue(writing, { ...issue, labelIds: wanted });
  for (const id of removed) tellLabel(writing, next, { action: "unlabeled", id });
  for (const id of added) tellLabel(writing, next, { action: "labeled", id });
  return next;
}

/** Adds labels to those the issue has. Inside a transaction. */
export function addIssueLabels(writing: Writing, issue: Issue, labelIds: readonly number[]): Issue {
  return setIssueLabels(writing, issue, [...issue.labelIds, ...labelIds]);
}

/** Takes labels away; those the issue does not have are passed over. Inside a transaction. */
export function removeIssueLabels(writing: Writing, issue: Issue, labelIds: readonly number[]): Issue {
  return setIssueLabels(
    writing,
    issue,
    issue.labelIds.filter((id) => !labelIds.includes(id)),
  );
}

/** Raises `labeled` for every label of a thread that was opened with labels. */
export function tellLabels(writing: Writing, issue: Issue): void {
  for (const id of issue.labelIds) tellLabel(writing, issue, { action: "labeled", id });
}

/** The issue's labels, in the order they were put on. */
export function labelsOf({ site }: Pick<Writing, "site">, issue: Issue): Label[] {
  return issue.labelIds.flatMap((id) => site.store.labels.get(id) ?? []);
}

function tellLabel(writing: Writing, issue: Issue, { action, id }: { action: "labeled" | "unlabeled"; id: number }) {
  const { site, repository } = writing;
  const label = site.store.labels.get(id);
  if (label === undefined) throw notFound();
  recordEvent(writing, issue, { event: action, label: { name: label.name, color: label.color } });
  tellThread(writing, issue, { action, fields: { label: presentLabel(site, repository, label) } });
}
