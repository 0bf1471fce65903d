import { blockedBy, blockersOf, subIssuesOf } from "../domain/issue-relations.ts";
import type { Issue } from "../model/issue.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { presentAccountById } from "./account.ts";
import { presentAppById } from "./app-by-id.ts";
import { associationOf } from "./association.ts";
import { presentComment } from "./comment.ts";
import { presentLabel } from "./label.ts";
import { presentReactionCounts } from "./reaction.ts";
import { repositoryApi, repositoryPage } from "./repository.ts";

/** GitHub's `issue`; a pull request is shown as the issue it also is. */
export function presentIssue(site: Site, repository: Repository, issue: Issue): Record<string, unknown> {
  const url = `${repositoryApi(site, repository)}/issues/${issue.number}`;
  return {
    ...addresses(site, repository, issue),
    ...people(site, repository, issue),
    id: issue.id,
    node_id: issue.nodeId,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    state_reason: issue.stateReason,
    labels: issue.labelIds.flatMap((id) => {
      const label = site.store.labels.get(id);
      return label === undefined ? [] : [presentLabel(site, repository, label)];
    }),
    milestone: null,
    type: null,
    locked: issue.locked,
    active_lock_reason: null,
    comments: issue.commentCount,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    reactions: presentReactionCounts(site, { subject: "issue", subjectId: issue.id }, url),
    ...(issue.pullId === undefined ? relations(site, repository, issue) : presentPullHalf(site, repository, issue)),
  };
}

function addresses(site: Site, repository: Repository, issue: Issue) {
  const api = repositoryApi(site, repository);
  const url = `${api}/issues/${issue.number}`;
  const page = repositoryPage(site, repository);
  return {
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: `${page}/${issue.pullId === undefined ? "issues" : "pull"}/${issue.number}`,
  };
}

function people(site: Site, repository: Repository, issue: Issue) {
  const assignees = issue.assigneeIds.flatMap((id) => presentAccountById(site, id) ?? []);
  return {
    user: presentAccountById(site, issue.authorId),
    author_association: associationOf(site, repository, issue.authorId),
    assignee: assignees[0] ?? null,
    assignees,
    closed_by: presentAccountById(site, issue.closedById),
    performed_via_github_app: presentAppById(site, issue.appId),
  };
}

function relations(site: Site, repository: Repository, issue: Issue) {
  const children = subIssuesOf(site, issue);
  const completed = children.filter((child) => child.state === "closed").length;
  const blockers = blockersOf(site, issue);
  const blocked = blockedBy(site, issue);
  const open = (issues: readonly Issue[]) => issues.filter((one) => one.state === "open").length;
  const pinned = issue.pinnedCommentId === undefined ? undefined : site.store.comments.get(issue.pinnedCommentId);
  return {
    sub_issues_summary: {
      total: children.length,
      completed,
      percent_completed: children.length === 0 ? 0 : Math.floor((completed * 100) / children.length),
    },
    issue_dependencies_summary: {
      blocked_by: open(blockers),
      blocking: open(blocked),
      total_blocked_by: blockers.length,
      total_blocking: blocked.length,
    },
    parent_issue_url: parentUrl(site, issue),
    pinned_comment: pinned === undefined ? null : presentComment(site, repository, pinned),
  };
}

function parentUrl(site: Site, issue: Issue): string | null {
  const parent = issue.parentId === undefined ? undefined : site.store.issues.get(issue.parentId);
  const home = parent === undefined ? undefined : site.store.repositories.get(parent.repositoryId);
  if (parent === undefined || home === undefined) return null;
  return `${repositoryApi(site, home)}/issues/${parent.number}`;
}

function presentPullHalf(site: Site, repository: Repository, issue: Issue) {
  const pull = issue.pullId === undefined ? undefined : site.store.pulls.get(issue.pullId);
  const page = `${repositoryPage(site, repository)}/pull/${issue.number}`;
  return {
    node_id: pull?.nodeId ?? issue.nodeId,
    draft: pull?.draft ?? false,
    pull_request: {
      url: `${repositoryApi(site, repository)}/pulls/${issue.number}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: pull?.mergedAt ?? null,
    },
  };
}
