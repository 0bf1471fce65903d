import type { Issue } from "../model/issue.ts";
import type { Site } from "../site.ts";

/** The issue's sub-issues, in the order people see. */
export function subIssuesOf({ store }: Site, issue: Issue): Issue[] {
  return issue.subIssueIds.flatMap((id) => store.issues.get(id) ?? []);
}

/** The issues that block this one, open or closed, oldest edge first. */
export function blockersOf({ store }: Site, issue: Issue): Issue[] {
  return issue.blockedByIds.flatMap((id) => store.issues.get(id) ?? []);
}

/** The issues this one blocks, open or closed. */
export function blockedBy({ store }: Site, issue: Issue): Issue[] {
  return store.issues.list("byBlocker", [issue.id]);
}
