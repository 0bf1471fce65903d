import { CoppiceError } from "../../core/errors.ts";
import type { CommandComment } from "../../core/plan/carried-out.ts";
import type { CommentView } from "../../ports/forge/comments.ts";
import { findAnswerMarker } from "../../wire/render/plan-marker.ts";
import { makeOnce, untilThere, whenThere } from "./make-once.ts";
import type { Place } from "./open-place.ts";
import { until } from "./until.ts";

/** What became of a comment with commands. */
export interface Reply {
  /** `ignored`: the app saw it and does not take commands from this person. */
  readonly kind: "done" | "refused" | "ignored";
  /** The app's answer, Markdown without its marker; empty where it only reacted. */
  readonly text: string;
  readonly comment: CommandComment;
}

export interface AskOptions {
  /** Longest wait, seconds. */
  readonly timeout: number;
  /** The app has begun on it, and it takes a while. */
  readonly onSeen?: () => void;
  /** The comment is there. */
  readonly onWritten?: () => void;
  /** The issue was opened a moment ago: the forge may not know it everywhere yet. */
  readonly isNew?: boolean;
}

/** How long an answer may take when nothing else is said, seconds: a model plans within two minutes. */
export const defaultPatience = 180;

/** Looks after which an answer without a reaction is all there will be. */
const looksAfterAnswer = 4;

type Asked = Pick<Place, "pace" | "signal" | "title"> & {
  readonly forge: Pick<Place["forge"], "reactions" | "made"> & {
    readonly comments: Pick<Place["forge"]["comments"], "create" | "get" | "ofIssue">;
  };
  readonly plans: Pick<Place["plans"], "load">;
};

/** Writes a comment and waits for what the app says to it. Throws CoppiceError timed-out when it says nothing. */
export async function ask(place: Asked, issue: number, text: string, options: AskOptions): Promise<Reply> {
  const isApp = await appOf(place, issue);
  const comment = await write(place, { issue, text, isNew: options.isNew ?? false });
  options.onWritten?.();
  const look = untilThere(place, lookForReply(place.forge, { comment, isApp }, options.onSeen));
  const reply = await until(place, options.timeout, look);
  if (reply !== undefined) return { ...reply, comment };
  throw new CoppiceError(
    "timed-out",
    `no answer within ${options.timeout} s; is Coppice at work on ${place.title}? Your comment stays: ${comment.url}`,
  );
}

interface Wanted {
  readonly issue: number;
  readonly text: string;
  readonly isNew: boolean;
}

/** A 404 had no effect, so that a comment on a new issue may be tried again. */
function write(place: Asked, { issue, text, isNew }: Wanted): Promise<CommentView> {
  const { comments, made } = place.forge;
  const create = () => comments.create(issue, text);
  return makeOnce(place, {
    make: isNew ? () => whenThere(place, create) : create,
    async find(begun) {
      const id = await made.comment(issue, text, begun);
      return id === undefined ? undefined : comments.get(id);
    },
  });
}

type Found = Omit<Reply, "comment"> | undefined;

/** Who wrote a comment or reacted to one. */
type Writer = Pick<CommentView, "author" | "authorIsBot">;

interface Question {
  readonly comment: CommentView;
  readonly isApp: (writer: Writer) => boolean;
}

/** The app is whoever wrote the plan comment; where there is none yet it may be any bot. */
async function appOf({ forge, plans }: Asked, issue: number): Promise<Question["isApp"]> {
  const id = (await plans.load(issue))?.record.comment;
  const shown = id === undefined ? undefined : await forge.comments.get(id);
  if (shown?.authorIsBot !== true) return ({ authorIsBot }) => authorIsBot;
  return ({ author, authorIsBot }) => authorIsBot && author === shown.author;
}

/** One look at the comment's reactions and at what was written since. */
function lookForReply(forge: Asked["forge"], question: Question, onSeen?: () => void): () => Promise<Found> {
  const { comment, isApp } = question;
  let seen = false;
  let answered = 0;
  let refusedOnly = 0;
  return async () => {
    const reactions = (await forge.reactions(comment.id)).filter(isApp);
    const has = (content: string) => reactions.some((reaction) => reaction.content === content);
    const [done, refused] = [has("+1"), has("confused")];
    const text = await answerTo(forge, question);
    if (text !== undefined) answered += 1;
    if (done) return { kind: "done", text: text ?? "" };
    if (text !== undefined && (refused || answered >= looksAfterAnswer)) {
      return { kind: refused || text.startsWith("Not done") ? "refused" : "done", text };
    }
    // The answer of a refusal comes before its reaction; reads may be a moment behind.
    if (refused) refusedOnly += 1;
    if (refusedOnly > 1) return { kind: "ignored", text: "" };
    if (!seen && has("eyes")) {
      seen = true;
      onSeen?.();
    }
    return undefined;
  };
}

async function answerTo({ comments }: Asked["forge"], { comment, isApp }: Question): Promise<string | undefined> {
  const later = await comments.ofIssue(comment.issue, comment.createdAt);
  const answer = later.find((one) => isApp(one) && findAnswerMarker(one.body) === comment.id);
  return answer?.body.slice(answer.body.indexOf("-->") + "-->".length).trim();
}
