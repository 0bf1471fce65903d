import { issueOf } from "../domain/find-issue.ts";
import { isCurrent } from "../domain/measure-pull.ts";
import { mergeableState } from "../domain/mergeable-state.ts";
import type { Pull, PullEnd } from "../model/pull.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { presentAccount, presentAccountById } from "./account.ts";
import { presentIssue } from "./issue.ts";
import { ownerOf, presentRepository, repositoryApi, repositoryPage } from "./repository.ts";

/** GitHub's `pull-request`; what has not been measured for the present commits is told as last known, mergeability as null. */
export function presentPull(site: Site, repository: Repository, pull: Pull): Record<string, unknown> {
  const { size, mergeability } = pull;
  const known = !pull.merged && isCurrent(pull, mergeability);
  const mergeable = known ? (mergeability?.clean ?? null) : null;
  return {
    ...presentPullSimple(site, repository, pull),
    merged: pull.merged,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: mergeableState(site, repository, pull),
    merged_by: presentAccountById(site, pull.mergedById),
    comments: issueOf(site, pull).commentCount,
    review_comments: 0,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: size?.commits ?? 0,
    additions: size?.additions ?? 0,
    deletions: size?.deletions ?? 0,
    changed_files: size?.changedFiles ?? 0,
  };
}

/** GitHub's `pull-request-simple`, as in lists. */
export function presentPullSimple(site: Site, repository: Repository, pull: Pull): Record<string, unknown> {
  const issue = presentIssue(site, repository, issueOf(site, pull));
  const at = addresses(site, repository, pull);
  return {
    ...Object.fromEntries(shared.map((name) => [name, issue[name]])),
    ...at,
    id: pull.id,
    node_id: pull.nodeId,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitOid ?? null,
    requested_reviewers: [],
    requested_teams: [],
    head: presentEnd(site, pull.head),
    base: presentEnd(site, pull.base),
    _links: links(at),
    auto_merge: null,
    draft: pull.draft,
  };
}

// What a pull request tells in the same words as its issue half.
const shared = [
  ...["number", "state", "locked", "title", "user", "body", "labels", "milestone", "active_lock_reason"],
  ...["created_at", "updated_at", "closed_at", "assignee", "assignees", "author_association"],
];

function presentEnd(site: Site, { repositoryId, ref, oid }: PullEnd): Record<string, unknown> {
  const repository = site.store.repositories.get(repositoryId);
  if (repository === undefined) return { label: ref, ref, sha: oid, user: null, repo: null };
  const owner = ownerOf(site, repository);
  const user = presentAccount(site, owner);
  return { label: `${owner.login}:${ref}`, ref, sha: oid, user, repo: presentRepository(site, repository) };
}

function addresses(site: Site, repository: Repository, pull: Pull) {
  const api = repositoryApi(site, repository);
  const url = `${api}/pulls/${pull.number}`;
  const page = `${repositoryPage(site, repository)}/pull/${pull.number}`;
  return {
    url,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: `${api}/issues/${pull.number}`,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${api}/issues/${pull.number}/comments`,
    statuses_url: `${api}/statuses/${pull.head.oid}`,
  };
}

function links(at: ReturnType<typeof addresses>): Record<string, { href: string }> {
  return {
    self: { href: at.url },
    html: { href: at.html_url },
    issue: { href: at.issue_url },
    comments: { href: at.comments_url },
    review_comments: { href: at.review_comments_url },
    review_comment: { href: at.review_comment_url },
    commits: { href: at.commits_url },
    statuses: { href: at.statuses_url },
  };
}
