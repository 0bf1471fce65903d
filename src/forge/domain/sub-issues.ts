import { invalid, notFound } from "../http/errors.ts";
import type { Issue } from "../model/issue.ts";
import { presentIssue } from "../present/issue.ts";
import { presentRepository } from "../present/repository.ts";
import type { Site } from "../site.ts";
import { currentIssue } from "./find-issue.ts";
import { putIssue } from "./issue-changes.ts";
import { subIssuesOf } from "./issue-relations.ts";
import { tell, type Writing } from "./writing.ts";

/** Sub-issues one parent can have, closed ones included. */
export const subIssueLimit = 100;
/** Levels a tree of issues can have, the root included. */
export const depthLimit = 8;

/** Makes `child` a sub-issue; 422 against GitHub's rules. Inside a transaction. */
export function addSubIssue(
  writing: Writing,
  parent: Issue,
  { child, replaceParent = false }: { child: Issue; replaceParent?: boolean },
): Issue {
  const { site } = writing;
  if (child.pullId !== undefined || parent.pullId !== undefined) throw refused("Sub issue may not be a pull request");
  if (child.id === parent.id) throw refused("Sub issue may not be the parent issue itself");
  if (child.parentId === parent.id) throw refused("Issue may not contain duplicate sub-issues");
  if (child.parentId !== undefined && !replaceParent) throw refused("Sub issue may only have one parent");
  if (ownerId(site, child) !== ownerId(site, parent)) throw refused("Sub issue must have the same owner as its parent");
  if (parent.subIssueIds.length >= subIssueLimit) {
    throw refused(`Parent cannot have more than ${subIssueLimit} sub-issues`);
  }
  const above = ancestors(site, parent);
  if (above.some((issue) => issue.id === child.id)) throw refused("Sub issue may not be an ancestor of its parent");
  if (above.length + 1 + height(site, child) > depthLimit) {
    throw refused(`Sub-issues cannot be nested more than ${depthLimit} levels deep`);
  }
  if (child.parentId !== undefined) removeSubIssue(writing, currentIssue(site, child.parentId), child);
  const nextParent = putIssue(writing, { ...parent, subIssueIds: [...parent.subIssueIds, child.id] });
  const nextChild = putIssue(writing, { ...currentIssue(site, child.id), parentId: parent.id });
  tellBoth(writing, { parent: nextParent, child: nextChild }, "added");
  return nextParent;
}

/** Takes a sub-issue from its parent; 404 when it is not one. Inside a transaction. */
export function removeSubIssue(writing: Writing, parent: Issue, child: Issue): Issue {
  if (child.parentId !== parent.id) throw notFound();
  const subIssueIds = parent.subIssueIds.filter((id) => id !== child.id);
  const nextParent = putIssue(writing, { ...parent, subIssueIds });
  const nextChild = putIssue(writing, { ...child, parentId: undefined });
  tellBoth(writing, { parent: nextParent, child: nextChild }, "removed");
  return nextParent;
}

/** Puts a sub-issue right after or right before one of its siblings. Inside a transaction. */
export function moveSubIssue(
  writing: Writing,
  parent: Issue,
  { childId, siblingId, place }: { childId: number; siblingId: number; place: "after" | "before" },
): Issue {
  const others = parent.subIssueIds.filter((id) => id !== childId);
  const at = others.indexOf(siblingId);
  if (others.length === parent.subIssueIds.length || at === -1) throw notFound();
  others.splice(place === "after" ? at + 1 : at, 0, childId);
  return putIssue(writing, { ...parent, subIssueIds: others });
}

const refused = (reason: string) =>
  invalid(`An error occurred while adding the sub-issue to the parent issue. ${reason}`);

function ownerId({ store }: Site, issue: Issue): number | undefined {
  return store.repositories.get(issue.repositoryId)?.ownerId;
}

function ancestors({ store }: Site, issue: Issue): Issue[] {
  const chain: Issue[] = [];
  for (let at: Issue | undefined = issue; at?.parentId !== undefined; ) {
    at = store.issues.get(at.parentId);
    if (at === undefined) break;
    chain.push(at);
  }
  return chain;
}

// No tree is deeper than the limit, so this ends.
function height(site: Site, issue: Issue): number {
  return 1 + Math.max(0, ...subIssuesOf(site, issue).map((child) => height(site, child)));
}

function tellBoth(
  writing: Writing,
  { parent, child }: { parent: Issue; child: Issue },
  what: "added" | "removed",
): void {
  const { site, repository } = writing;
  const present = (issue: Issue) =>
    presentIssue(site, site.store.repositories.get(issue.repositoryId) ?? repository, issue);
  const repositoryOf = (issue: Issue) =>
    presentRepository(site, site.store.repositories.get(issue.repositoryId) ?? repository);
  const both = {
    sub_issue_id: child.id,
    sub_issue: present(child),
    parent_issue_id: parent.id,
    parent_issue: present(parent),
  };
  tell(writing, "sub_issues", {
    action: `sub_issue_${what}`,
    fields: { ...both, sub_issue_repo: repositoryOf(child) },
  });
  tell(writing, "sub_issues", {
    action: `parent_issue_${what}`,
    fields: { ...both, parent_issue_repo: repositoryOf(parent) },
  });
}
