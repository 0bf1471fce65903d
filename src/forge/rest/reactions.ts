import { z } from "zod";
import { type ReactionSubject, react } from "../domain/reactions.ts";
import { writingIn } from "../domain/writing.ts";
import { type Call, parseBody } from "../http/call.ts";
import { forbidden, notFound } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { created, noContent, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { reactionContents } from "../model/comment.ts";
import type { Repository } from "../model/repository.ts";
import { presentReaction } from "../present/reaction.ts";
import { commentFor } from "./issue-comments.ts";
import { numberOf, type ThreadNeed, threadFor, toRead, toSpeak } from "./thread.ts";

const onIssue = "/repos/{owner}/{repo}/issues/{issue_number}/reactions";
const onComment = "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions";

/** Reactions to issues, pull requests and comments. */
export const reactionRoutes: readonly Route[] = [
  route(`GET ${onIssue}`, (call) => list(call, issueSubject)),
  route(`POST ${onIssue}`, (call) => create(call, issueSubject)),
  route(`DELETE ${onIssue}/{reaction_id}`, (call) => remove(call, issueSubject)),
  route(`GET ${onComment}`, (call) => list(call, commentSubject)),
  route(`POST ${onComment}`, (call) => create(call, commentSubject)),
  route(`DELETE ${onComment}/{reaction_id}`, (call) => remove(call, commentSubject)),
];

type FindSubject = (call: Call, need: ThreadNeed) => ReactionSubject & { readonly repository: Repository };

const issueSubject: FindSubject = (call, need) => {
  const { repository, issue } = threadFor(call, need);
  return { repository, subject: "issue", subjectId: issue.id };
};

const commentSubject: FindSubject = (call, need) => {
  const { repository, comment } = commentFor(call, need);
  return { repository, subject: "comment", subjectId: comment.id };
};

function list(call: Call, find: FindSubject): Reply {
  const { subject, subjectId } = find(call, toRead);
  const content = call.query("content");
  const reactions = call.site.store.reactions.list("bySubject", [subject, subjectId]);
  const asked = reactions.filter((reaction) => content === undefined || reaction.content === content);
  return page(call, asked, (reaction) => presentReaction(call.site, reaction));
}

async function create(call: Call, find: FindSubject): Promise<Reply> {
  const { content } = await parseBody(call, z.object({ content: z.enum(reactionContents) }));
  const { repository, ...subject } = find(call, toSpeak);
  const writing = writingIn(call.site, call.actor, repository);
  const outcome = call.site.store.transaction(() => react(writing, subject, content));
  const body = presentReaction(call.site, outcome.reaction);
  return outcome.created ? created(body) : ok(body);
}

function remove(call: Call, find: FindSubject): Reply {
  const { repository, subject, subjectId } = find(call, toSpeak);
  const { store } = call.site;
  const reaction = store.reactions.get(numberOf(call, "reaction_id"));
  if (reaction === undefined || reaction.subject !== subject || reaction.subjectId !== subjectId) throw notFound();
  const { account } = writingIn(call.site, call.actor, repository);
  if (reaction.accountId !== account.id) throw forbidden("You can only delete your own reactions.");
  store.transaction(() => store.reactions.remove(reaction.id));
  return noContent();
}
