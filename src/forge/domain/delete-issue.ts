import { invalid } from "../http/errors.ts";
import type { Issue } from "../model/issue.ts";
import { timeOf } from "../site.ts";
import { tellThread } from "./issue-changes.ts";
import { blockedBy } from "./issue-relations.ts";
import type { Writing } from "./writing.ts";

/** Deletes an issue with its comments and edges; its number answers 410 from then on. Inside a transaction. */
export function deleteIssue(writing: Writing, issue: Issue): void {
  const { store } = writing.site;
  if (issue.pullId !== undefined) throw invalid("A pull request cannot be deleted");
  tellThread(writing, issue, { action: "deleted" });
  for (const comment of store.comments.list("byIssue", [issue.id])) {
    removeReactions(writing, "comment", comment.id);
    store.comments.remove(comment.id);
  }
  removeReactions(writing, "issue", issue.id);
  for (const event of store.issueEvents.list("byIssue", [issue.id])) store.issueEvents.remove(event.id);
  detach(writing, issue);
  store.issues.remove(issue.id);
  store.deletedIssues.put({ id: issue.id, repositoryId: issue.repositoryId, number: issue.number });
}

function detach({ site }: Writing, issue: Issue): void {
  const { issues } = site.store;
  const touch = { updatedAt: timeOf(site) };
  const parent = issue.parentId === undefined ? undefined : issues.get(issue.parentId);
  if (parent !== undefined) {
    issues.put({ ...parent, ...touch, subIssueIds: parent.subIssueIds.filter((id) => id !== issue.id) });
  }
  for (const id of issue.subIssueIds) {
    const child = issues.get(id);
    if (child !== undefined) issues.put({ ...child, ...touch, parentId: undefined });
  }
  for (const row of blockedBy(site, issue)) {
    issues.put({ ...row, ...touch, blockedByIds: row.blockedByIds.filter((id) => id !== issue.id) });
  }
}

function removeReactions({ site }: Writing, subject: "issue" | "comment", subjectId: number): void {
  for (const reaction of site.store.reactions.list("bySubject", [subject, subjectId])) {
    site.store.reactions.remove(reaction.id);
  }
}
