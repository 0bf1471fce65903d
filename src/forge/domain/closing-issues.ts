import type { Issue } from "../model/issue.ts";
import type { Pull } from "../model/pull.ts";
import type { Repository } from "../model/repository.ts";
import { fullName } from "../present/repository.ts";
import type { Site } from "../site.ts";
import { closingNumbers } from "./closing-references.ts";
import { issueOf } from "./find-issue.ts";

/** The issues of the same repository that this pull request closes when it is merged into the default branch. */
export function issuesClosedBy(site: Site, repository: Repository, pull: Pull): Issue[] {
  if (pull.base.ref !== repository.defaultBranch) return [];
  const names = { fullName: fullName(site, repository), url: site.url };
  return closingNumbers(issueOf(site, pull).body, names).flatMap((number) => {
    const issue = site.store.issues.find("byNumber", [repository.id, number]);
    return issue === undefined || issue.pullId !== undefined ? [] : [issue];
  });
}

/** The pull requests, in any state, that say they close the issue; oldest first. */
export function pullsClosing(site: Site, repository: Repository, issue: Issue): Pull[] {
  return site.store.pulls
    .list("byNumber", [repository.id])
    .filter((pull) => issuesClosedBy(site, repository, pull).some(({ id }) => id === issue.id));
}
