import { HttpError, notFound } from "../http/errors.ts";
import type { Issue } from "../model/issue.ts";
import type { Pull } from "../model/pull.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";

/** The issue or pull request of that number: 404 when there never was one, 410 when it was deleted. */
export function issueByNumber({ store }: Site, repository: Repository, number: number): Issue {
  const issue = store.issues.find("byNumber", [repository.id, number]);
  if (issue !== undefined) return issue;
  if (store.deletedIssues.find("byNumber", [repository.id, number]) === undefined) throw notFound();
  throw new HttpError(410, "This issue was deleted");
}

/** The issue as it is now; 404 when it has gone. */
export function currentIssue({ store }: Site, id: number): Issue {
  const issue = store.issues.get(id);
  if (issue === undefined) throw notFound();
  return issue;
}

/** The pull request of that number. */
export function pullByNumber({ store }: Site, repository: Repository, number: number): Pull {
  const pull = store.pulls.find("byNumber", [repository.id, number]);
  if (pull === undefined) throw notFound();
  return pull;
}

/** The pull request half of an issue, if it is one. */
export function pullOf({ store }: Site, issue: Issue): Pull | undefined {
  return issue.pullId === undefined ? undefined : store.pulls.get(issue.pullId);
}

/** The issue half of a pull request. */
export function issueOf({ store }: Site, pull: Pull): Issue {
  const issue = store.issues.get(pull.issueId);
  if (issue === undefined) throw new Error(`pull request ${pull.id} has no issue half`);
  return issue;
}
