import { invalid, validationFailed } from "../http/errors.ts";
import type { Comment } from "../model/comment.ts";
import type { Issue } from "../model/issue.ts";
import { nodeId } from "../model/node-id.ts";
import { presentComment } from "../present/comment.ts";
import { presentIssue } from "../present/issue.ts";
import { timeOf } from "../site.ts";
import { currentIssue } from "./find-issue.ts";
import { putIssue } from "./issue-changes.ts";
import { checkBody } from "./text-limits.ts";
import { tell, type Writing } from "./writing.ts";

/** Adds a comment; 422 when it is empty or longer than 65,536. Inside a transaction. */
export function addComment(writing: Writing, issue: Issue, body: string): Comment {
  const { site, repository, account, appId } = writing;
  checkText(body);
  const id = site.store.nextId();
  const next = putIssue(writing, { ...issue, commentCount: issue.commentCount + 1 });
  const comment = site.store.comments.put({
    id,
    nodeId: nodeId("comment", id),
    repositoryId: repository.id,
    issueId: issue.id,
    authorId: account.id,
    appId,
    body,
    pinnedAt: undefined,
    pinnedById: undefined,
    createdAt: timeOf(site),
    updatedAt: timeOf(site),
    editedAt: undefined,
    editorId: undefined,
  });
  tellComment(writing, next, { action: "created", comment });
  return comment;
}

/** Changes a comment's text; an unchanged text raises nothing. Inside a transaction. */
export function editComment(writing: Writing, comment: Comment, body: string): Comment {
  const { site, account } = writing;
  checkText(body);
  if (body === comment.body) return comment;
  const at = timeOf(site);
  const next = site.store.comments.put({ ...comment, body, updatedAt: at, editedAt: at, editorId: account.id });
  const fields = { changes: { body: { from: comment.body } } };
  tellComment(writing, currentIssue(site, comment.issueId), { action: "edited", comment: next, fields });
  return next;
}

/** Deletes a comment and its reactions. Inside a transaction. */
export function deleteComment(writing: Writing, comment: Comment): void {
  const { store } = writing.site;
  const issue = currentIssue(writing.site, comment.issueId);
  const pinnedCommentId = issue.pinnedCommentId === comment.id ? undefined : issue.pinnedCommentId;
  const next = putIssue(writing, { ...issue, commentCount: issue.commentCount - 1, pinnedCommentId });
  tellComment(writing, next, { action: "deleted", comment });
  for (const reaction of store.reactions.list("bySubject", ["comment", comment.id]))
    store.reactions.remove(reaction.id);
  store.comments.remove(comment.id);
}

/** Pins a comment to the top of its issue, in place of the one that was pinned. Inside a transaction. */
export function pinComment(writing: Writing, comment: Comment): Comment {
  const { site, account } = writing;
  const issue = currentIssue(site, comment.issueId);
  if (issue.pullId !== undefined) throw invalid("Comments can only be pinned on issues");
  if (issue.pinnedCommentId === comment.id) return comment;
  const held = issue.pinnedCommentId === undefined ? undefined : site.store.comments.get(issue.pinnedCommentId);
  if (held !== undefined) unpinComment(writing, held);
  const pinned = site.store.comments.put({ ...comment, pinnedAt: timeOf(site), pinnedById: account.id });
  const next = putIssue(writing, { ...issue, pinnedCommentId: comment.id });
  tellComment(writing, next, { action: "pinned", comment: pinned });
  return pinned;
}

/** Unpins a comment; one that is not pinned stays as it is. Inside a transaction. */
export function unpinComment(writing: Writing, comment: Comment): Comment {
  const { site } = writing;
  const issue = currentIssue(site, comment.issueId);
  if (issue.pinnedCommentId !== comment.id) return comment;
  const next = putIssue(writing, { ...issue, pinnedCommentId: undefined });
  const unpinned = site.store.comments.put({ ...comment, pinnedAt: undefined, pinnedById: undefined });
  tellComment(writing, next, { action: "unpinned", comment: unpinned });
  return unpinned;
}

function checkText(body: string): void {
  if (body.trim() === "") throw validationFailed({ resource: "IssueComment", field: "body", code: "missing_field" });
  checkBody("IssueComment", body);
}

function tellComment(
  writing: Writing,
  issue: Issue,
  details: { action: string; comment: Comment; fields?: Readonly<Record<string, unknown>> },
): void {
  const { site, repository } = writing;
  const { action, comment, fields = {} } = details;
  tell(writing, "issue_comment", {
    action,
    fields: {
      issue: presentIssue(site, repository, issue),
      comment: presentComment(site, repository, comment),
      ...fields,
    },
  });
}
