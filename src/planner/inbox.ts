import PQueue from "p-queue";
import type { CommentView } from "../ports/forge/comments.ts";
import { joinSignals } from "../ports/signals.ts";
import type { Marks } from "../wire/marks-yaml.ts";
import type { Processed } from "./inbox/carry-out.ts";
import { reactAgain } from "./inbox/lost-reactions.ts";
import { advance, birthOf, firstMarks, isApplied, listSince } from "./inbox/marks.ts";
import type { Memory } from "./inbox/memory.ts";
import { emptyMemory, isSeen, remember } from "./inbox/memory.ts";
import type { InboxOptions } from "./inbox/options.ts";
import { post, postLeft, removeDoubles } from "./inbox/outbox.ts";
import { tryComment } from "./inbox/try-comment.ts";
import { turns } from "./inbox/turns.ts";

export type { InboxOptions, InboxPolicy } from "./inbox/options.ts";

/** The commands people write on one repository's issues, each carried out once, in the order they were written. */
export interface Inbox {
  /** Looks at one issue's new comments. Throws when something is worth another try: call again later. */
  handle(issue: number): Promise<void>;
  /** Looks for what was missed in the whole repository; what fails is logged and found again by the next sweep. True when there was something. */
  sweep(): Promise<boolean>;
}

/** Issues a sweep looks at side by side. */
const abreast = 4;
/** A sweep leaves an issue to itself after so long, milliseconds: a model may think for minutes. */
const patience = 60_000;

export function openInbox(options: InboxOptions): Inbox {
  const memory = emptyMemory();
  const inTurn = turns<Processed>();
  const handle = (issue: number) =>
    inTurn(issue, () => options.forge.serve(issue, () => readIssue(options, memory, issue)));
  return { handle: async (issue) => void (await handle(issue)), sweep: () => sweep(options, memory, handle) };
}

async function readIssue(options: InboxOptions, memory: Memory, issue: number): Promise<Processed> {
  const stored = await options.store.marks();
  const at = options.clock.monotonic();
  const seen = { ...(await options.forge.comments.thread(issue, stored && listSince(stored))), at };
  const { comments } = seen;
  const marks = stored ?? (await begin(options, comments, true));
  await removeDoubles(options.forge, comments);
  await finishFailed(options, memory, { marks, comments });
  const waiting = pending(options, memory, { marks, comments });
  let processed: Processed = "done";
  for (const comment of [...waiting].sort((one, other) => one.id - other.id)) {
    options.signal.throwIfAborted();
    processed = await tryComment(options, memory, { comment, marks, seen });
    if (processed === "waiting") break;
    remember(memory, comment);
  }
  await postLeft(options, memory, issue);
  return processed;
}

/** A comment that failed after its result was committed: only its answer may be missing. */
async function finishFailed(options: InboxOptions, { failures }: Memory, { marks, comments }: Listed): Promise<void> {
  for (const comment of comments) {
    if (!failures.has(comment.id) || !isApplied(marks, comment)) continue;
    await post(options, { issue: comment.issue, comment: comment.id, since: comment.createdAt });
    failures.delete(comment.id);
  }
}

async function sweep(
  options: InboxOptions,
  memory: Memory,
  handle: (issue: number) => Promise<Processed>,
): Promise<boolean> {
  const stored = await options.store.marks();
  const since = sweptSince(stored, options.clock.now());
  const comments = await options.forge.comments.since(since);
  const marks = stored ?? (await begin(options, comments, false));
  await removeDoubles(options.forge, comments);
  await reactAgain(options, memory, { marks, comments });
  const issues = new Set(pending(options, memory, { marks, comments }).map(({ issue }) => issue));
  const undone = new Set<number>();
  const queue = new PQueue({ concurrency: abreast });
  await queue.addAll(
    [...issues].map((issue) => async () => {
      try {
        if ((await atMost(options, handle(issue))) === "waiting") undone.add(issue);
      } catch (error) {
        options.signal.throwIfAborted();
        undone.add(issue);
        const fields = { issue, error: String(error) };
        options.log.warn(fields, "Comments could not be dealt with and are looked at again later");
      }
    }),
  );
  await postLeft(options, memory);
  const left = comments.filter(({ issue }) => undone.has(issue));
  await options.store.moveMarks((now) => advance(now ?? marks, comments, left));
  return issues.size > 0;
}

/** What takes longer goes on by itself; the next sweep sees how it ended. */
async function atMost({ clock, signal, log }: InboxOptions, handled: Promise<Processed>): Promise<Processed> {
  const settled = new AbortController();
  const either = joinSignals([settled.signal, signal]);
  const late = clock.sleep(patience, either.signal).then(
    () => "waiting" as const,
    () => handled,
  );
  handled.catch((error) => log.debug({ error: String(error) }, "An issue's comments failed"));
  try {
    return await Promise.race([handled, late]);
  } finally {
    settled.abort();
    either.end();
  }
}

const twoDays = 2 * 24 * 60 * 60 * 1000;

/** From when on comments are listed by a sweep, ISO 8601; `now` in milliseconds since 1970. */
export function sweptSince(marks: Marks | undefined, now: number): string {
  return marks === undefined ? new Date(now - twoDays).toISOString() : listSince(marks);
}

/** The first look at a repository settles what is older than us. */
function begin({ store, clock }: InboxOptions, comments: readonly CommentView[], woken: boolean): Promise<Marks> {
  const first = firstMarks(birthOf(comments, { now: clock.now(), woken }));
  return store.moveMarks((marks) => marks ?? first);
}

interface Listed {
  readonly marks: Marks;
  readonly comments: readonly CommentView[];
}

/** What bots write is looked at only where it may hold a command: they write much. */
const slash = /^ {0,3}\//m;

/** Comments nobody has dealt with, of those that are listed. */
export function pending(
  { forge }: { readonly forge: Pick<InboxOptions["forge"], "botLogin"> },
  memory: Memory,
  { marks, comments }: Listed,
): readonly CommentView[] {
  return comments.filter(
    (comment) =>
      comment.author !== forge.botLogin &&
      (!comment.authorIsBot || slash.test(comment.body)) &&
      Date.parse(comment.createdAt) > Date.parse(marks.birth) &&
      !isApplied(marks, comment) &&
      !isSeen(memory, comment),
  );
}
