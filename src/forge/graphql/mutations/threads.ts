import { addComment, editComment, pinComment, unpinComment } from "../../domain/comments.ts";
import { currentIssue } from "../../domain/find-issue.ts";
import { addIssueLabels, removeIssueLabels } from "../../domain/issue-labels.ts";
import { type ReactionSubject, react, unreact } from "../../domain/reactions.ts";
import type { ReactionContent } from "../../model/comment.ts";
import { parseNodeId } from "../../model/node-id.ts";
import type { Repository } from "../../model/repository.ts";
import { type Context, demand, type Resolvers } from "../context.ts";
import { commentByNode, labelIdsByNode, threadByNode } from "../inputs.ts";
import { ofComment, ofIssue, ofReaction } from "../source.ts";
import { reactionNames } from "../types/reaction.ts";
import { echo, type Input } from "./input.ts";
import { toChange, toSpeak, write } from "./write.ts";

interface LabelInput {
  readonly labelableId: string;
  readonly labelIds: readonly string[];
}

interface ReactionInput {
  readonly subjectId: string;
  readonly content: string;
}

/** Mutations of comments, labels and reactions, on issues and pull requests alike. */
export const threadMutations: Resolvers<undefined> = {
  addComment: (_, { input }: Input<{ subjectId: string; body: string }>, context) => {
    const { row, repository } = threadByNode(context, input.subjectId);
    const comment = write(context, repository, toSpeak(row), (writing) => addComment(writing, row, input.body));
    const node = ofComment(comment);
    const subject = ofIssue(context.site, currentIssue(context.site, row.id));
    return { ...echo(input), commentEdge: { cursor: String(comment.id), node }, subject };
  },
  updateIssueComment: (_, { input }: Input<{ id: string; body: string }>, context) => {
    const { row, repository } = commentByNode(context, input.id);
    demandOwn(context, repository, row.authorId);
    const comment = write(context, repository, toSpeak(), (writing) => editComment(writing, row, input.body));
    return { ...echo(input), issueComment: ofComment(comment) };
  },
  pinIssueComment: (_, { input }: Input<{ issueCommentId: string }>, context) => {
    const { row, repository } = commentByNode(context, input.issueCommentId);
    const comment = write(context, repository, { ...toSpeak(), role: "triage" }, (writing) => pinComment(writing, row));
    return { ...echo(input), issueComment: ofComment(comment) };
  },
  unpinIssueComment: (_, { input }: Input<{ issueCommentId: string }>, context) => {
    const { row, repository } = commentByNode(context, input.issueCommentId);
    const comment = write(context, repository, { ...toSpeak(), role: "triage" }, (writing) =>
      unpinComment(writing, row),
    );
    return { ...echo(input), issueComment: ofComment(comment) };
  },
  addLabelsToLabelable: (_, { input }: Input<LabelInput>, context) => labelWith(context, input, addIssueLabels),
  removeLabelsFromLabelable: (_, { input }: Input<LabelInput>, context) => labelWith(context, input, removeIssueLabels),
  addReaction: (_, { input }: Input<ReactionInput>, context) => {
    const { subject, repository } = subjectOf(context, input.subjectId);
    const { reaction } = write(context, repository, toSpeak(), (writing) => react(writing, subject, contentOf(input)));
    return { ...echo(input), reaction: ofReaction(reaction), subject: shownSubject(context, subject) };
  },
  removeReaction: (_, { input }: Input<ReactionInput>, context) => {
    const { subject, repository } = subjectOf(context, input.subjectId);
    const reaction = write(context, repository, toSpeak(), (writing) => unreact(writing, subject, contentOf(input)));
    return { ...echo(input), reaction: reaction && ofReaction(reaction), subject: shownSubject(context, subject) };
  },
};

function labelWith(
  context: Context,
  input: LabelInput & { readonly clientMutationId?: string | null },
  change: typeof addIssueLabels,
) {
  const { row, repository } = threadByNode(context, input.labelableId);
  const ids = labelIdsByNode(context, repository, input.labelIds);
  const issue = write(context, repository, { ...toChange(context, row), role: "triage" }, (writing) =>
    change(writing, row, ids),
  );
  return { ...echo(input), labelable: ofIssue(context.site, issue) };
}

/** Others' comments take push access to edit. */
function demandOwn(context: Context, repository: Repository, authorId: number): void {
  const own = context.actor.kind !== "user" || context.actor.account.id === authorId;
  demand(context, repository, { ...toSpeak(), role: own ? "read" : "write" });
}

function subjectOf(context: Context, id: string): { subject: ReactionSubject; repository: Repository } {
  if (parseNodeId(id)?.kind === "comment") {
    const { row, repository } = commentByNode(context, id);
    return { subject: { subject: "comment", subjectId: row.id }, repository };
  }
  const { row, repository } = threadByNode(context, id);
  return { subject: { subject: "issue", subjectId: row.id }, repository };
}

function shownSubject({ site }: Context, { subject, subjectId }: ReactionSubject) {
  if (subject === "issue") return ofIssue(site, currentIssue(site, subjectId));
  const comment = site.store.comments.get(subjectId);
  return comment === undefined ? null : ofComment(comment);
}

const contents = new Map(Object.entries(reactionNames).map(([content, name]) => [name, content as ReactionContent]));

function contentOf({ content }: ReactionInput): ReactionContent {
  const found = contents.get(content);
  if (found === undefined) throw new Error(`the schema lets ${content} be a reaction`);
  return found;
}
