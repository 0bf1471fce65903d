import { z } from "zod";
import { repositoryFor, roleOf } from "../access/authorize.ts";
import { addComment, deleteComment, editComment, pinComment, unpinComment } from "../domain/comments.ts";
import { currentIssue } from "../domain/find-issue.ts";
import { writingIn } from "../domain/writing.ts";
import { type Call, parseBody } from "../http/call.ts";
import { forbidden, notFound } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { created, noContent, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Comment } from "../model/comment.ts";
import { atLeast, type Repository } from "../model/repository.ts";
import { presentComment } from "../present/comment.ts";
import { sinceOf, sorted } from "./since.ts";
import { demandThread, either, numberOf, type ThreadNeed, threadFor, toRead, toSpeak, toTriage } from "./thread.ts";

/** Comments in the threads of issues and pull requests, and the one that is pinned. */
export const issueCommentRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/issues/comments", listAll),
  route("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", get),
  route("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", update),
  route("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", remove),
  route("PUT /repos/{owner}/{repo}/issues/comments/{comment_id}/pin", pin),
  route("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}/pin", unpin),
  route("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", list),
  route("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", create, { creates: true }),
];

const text = z.object({ body: z.string() });

function list(call: Call): Reply {
  const { repository, issue } = threadFor(call, toRead);
  const comments = since(call, call.site.store.comments.list("byIssue", [issue.id]));
  return page(call, comments, (comment) => presentComment(call.site, repository, comment));
}

function listAll(call: Call): Reply {
  const repository = repositoryFor(call, { permission: either, access: "read" });
  const comments = since(call, call.site.store.comments.list("byRepository", [repository.id]));
  const keys = { created: (comment: Comment) => comment.id, updated: (comment: Comment) => comment.updatedAt };
  // GitHub looks at `direction` only when a `sort` is given.
  const order = call.query("sort") === undefined ? comments : sorted(call, comments, { keys, otherwise: "created" });
  return page(call, order, (comment) => presentComment(call.site, repository, comment));
}

async function create(call: Call): Promise<Reply> {
  const { repository, issue } = threadFor(call, toSpeak);
  const { body } = await parseBody(call, text);
  const writing = writingIn(call.site, call.actor, repository);
  const comment = call.site.store.transaction(() => addComment(writing, currentIssue(call.site, issue.id), body));
  return created(presentComment(call.site, repository, comment));
}

function get(call: Call): Reply {
  const { repository, comment } = commentFor(call, toRead);
  return ok(presentComment(call.site, repository, comment));
}

async function update(call: Call): Promise<Reply> {
  const { body } = await parseBody(call, text);
  const { repository, comment } = commentFor(call, toSpeak);
  demandOwn(call, repository, comment);
  const writing = writingIn(call.site, call.actor, repository);
  const next = call.site.store.transaction(() => editComment(writing, comment, body));
  return ok(presentComment(call.site, repository, next));
}

function remove(call: Call): Reply {
  const { repository, comment } = commentFor(call, toSpeak);
  demandOwn(call, repository, comment);
  const writing = writingIn(call.site, call.actor, repository);
  call.site.store.transaction(() => deleteComment(writing, comment));
  return noContent();
}

function pin(call: Call): Reply {
  const { repository, comment } = commentFor(call, toTriage);
  const writing = writingIn(call.site, call.actor, repository);
  const pinned = call.site.store.transaction(() => pinComment(writing, comment));
  return ok(presentComment(call.site, repository, pinned));
}

function unpin(call: Call): Reply {
  const { repository, comment } = commentFor(call, toTriage);
  const writing = writingIn(call.site, call.actor, repository);
  call.site.store.transaction(() => unpinComment(writing, comment));
  return noContent();
}

/** The comment of `{comment_id}`, if the actor may do this to its thread. */
export function commentFor(call: Call, need: ThreadNeed): { repository: Repository; comment: Comment } {
  const repository = repositoryFor(call, { permission: either, access: "read", role: "read" });
  const comment = call.site.store.comments.get(numberOf(call, "comment_id"));
  if (comment === undefined || comment.repositoryId !== repository.id) throw notFound();
  demandThread(call, { repository, issue: currentIssue(call.site, comment.issueId) }, need);
  return { repository, comment };
}

function since(call: Call, comments: readonly Comment[]): readonly Comment[] {
  const time = sinceOf(call);
  return time === undefined ? comments : comments.filter(({ updatedAt }) => updatedAt >= time);
}

// An app's permission has been asked for; people change their own words, or push to the repository.
function demandOwn(call: Call, repository: Repository, comment: Comment): void {
  if (call.actor.kind !== "user" || call.actor.account.id === comment.authorId) return;
  if (!atLeast(roleOf(call.site, call.actor.account, repository), "write")) {
    throw forbidden("Must have admin rights to Repository.");
  }
}
