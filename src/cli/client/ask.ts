import { setTimeout as sleep } from "node:timers/promises";
import { CoppiceError } from "../../core/errors.ts";
import type { CommandComment } from "../../core/plan/carried-out.ts";
import type { CommentView } from "../../ports/forge/comments.ts";
import { findAnswerMarker } from "../../wire/render/plan-marker.ts";
import type { Pace, Place } from "./open-place.ts";

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
}

/** How long an answer may take when nothing else is said, seconds: a model plans within two minutes. */
export const defaultPatience = 180;

/** Looks after which an answer without a reaction is all there will be. */
const looksAfterAnswer = 4;

type Asked = Pick<Place, "pace" | "signal" | "title"> & {
  readonly forge: Pick<Place["forge"], "reactions"> & {
    readonly comments: Pick<Place["forge"]["comments"], "create" | "get" | "ofIssue">;
  };
  readonly plans: Pick<Place["plans"], "load">;
};

/** Writes a comment and waits for what the app says to it. Throws CoppiceError timed-out when it says nothing. */
export async function ask(place: Asked, issue: number, text: string, options: AskOptions): Promise<Reply> {
  const isApp = await appOf(place, issue);
  const comment = await place.forge.comments.create(issue, text);
  const look = lookForReply(place.forge, { comment, isApp }, options.onSeen);
  const reply = await until(place, options.timeout, look);
  if (reply !== undefined) return { ...reply, comment };
  throw new CoppiceError(
    "timed-out",
    `no answer within ${options.timeout} s; is Coppice at work on ${place.title}? Your comment stays: ${comment.url}`,
  );
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

/** Looks with growing pauses until there is something, or the seconds are over. */
export async function until<Value>(
  { pace, signal }: { readonly pace: Pace; readonly signal: AbortSignal },
  seconds: number,
  look: () => Promise<Value | undefined>,
): Promise<Value | undefined> {
  const deadline = performance.now() + seconds * 1_000;
  for (let pause = pace.first; ; pause = Math.min(pace.longest, pause * 1.5)) {
    const found = await look();
    const left = deadline - performance.now();
    if (found !== undefined || left <= 0) return found;
    await sleep(Math.min(pause, left), undefined, { signal });
  }
}
