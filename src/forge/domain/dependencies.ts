import { notFound, validationFailed } from "../http/errors.ts";
import type { Issue } from "../model/issue.ts";
import { presentIssue } from "../present/issue.ts";
import { presentRepository } from "../present/repository.ts";
import type { Site } from "../site.ts";
import { putIssue } from "./issue-changes.ts";
import { blockedBy, blockersOf } from "./issue-relations.ts";
import { tell, type Writing } from "./writing.ts";

/** Dependencies of one kind an issue can have. */
export const dependencyLimit = 50;

/** Makes `blocker` block `issue`; 422 for pull requests, doubles, cycles and more than 50. Inside a transaction. */
export function addBlocker(writing: Writing, issue: Issue, blocker: Issue): Issue {
  const { site } = writing;
  if (issue.pullId !== undefined || blocker.pullId !== undefined) {
    throw refused("Pull requests cannot have issue dependencies");
  }
  if (issue.id === blocker.id) throw refused("An issue cannot be blocked by itself");
  if (issue.blockedByIds.includes(blocker.id)) throw refused("Target issue has already been taken");
  if (issue.blockedByIds.length >= dependencyLimit) {
    throw refused(`An issue can be blocked by at most ${dependencyLimit} issues`);
  }
  if (blockedBy(site, blocker).length >= dependencyLimit) {
    throw refused(`An issue can block at most ${dependencyLimit} issues`);
  }
  if (reaches(site, blocker, issue.id))
    throw refused("This dependency would make a circle of issues that block each other");
  const next = putIssue(writing, { ...issue, blockedByIds: [...issue.blockedByIds, blocker.id] });
  tellBoth(writing, { blocked: next, blocker: putIssue(writing, blocker) }, "added");
  return next;
}

/** Takes the dependency away; 404 when there is none. Inside a transaction. */
export function removeBlocker(writing: Writing, issue: Issue, blocker: Issue): Issue {
  if (!issue.blockedByIds.includes(blocker.id)) throw notFound();
  const next = putIssue(writing, { ...issue, blockedByIds: issue.blockedByIds.filter((id) => id !== blocker.id) });
  tellBoth(writing, { blocked: next, blocker: putIssue(writing, blocker) }, "removed");
  return next;
}

const refused = (message: string) =>
  validationFailed({ resource: "IssueDependency", field: "blocking_issue", code: "custom", message });

function reaches(site: Site, from: Issue, target: number): boolean {
  const seen = new Set<number>();
  const waiting = [from];
  for (let issue = waiting.pop(); issue !== undefined; issue = waiting.pop()) {
    if (issue.id === target) return true;
    if (seen.has(issue.id)) continue;
    seen.add(issue.id);
    waiting.push(...blockersOf(site, issue));
  }
  return false;
}

function tellBoth(writing: Writing, pair: { blocked: Issue; blocker: Issue }, what: "added" | "removed"): void {
  const { site, repository } = writing;
  const { blocked, blocker } = pair;
  const home = (issue: Issue) => site.store.repositories.get(issue.repositoryId) ?? repository;
  const both = {
    blocked_issue_id: blocked.id,
    blocked_issue: presentIssue(site, home(blocked), blocked),
    blocking_issue_id: blocker.id,
    blocking_issue: presentIssue(site, home(blocker), blocker),
  };
  tell(writing, "issue_dependencies", {
    action: `blocked_by_${what}`,
    fields: { ...both, blocking_issue_repo: presentRepository(site, home(blocker)) },
  });
  tell({ ...writing, repository: home(blocker) }, "issue_dependencies", {
    action: `blocking_${what}`,
    fields: { ...both, blocked_issue_repo: presentRepository(site, home(blocked)) },
  });
}
