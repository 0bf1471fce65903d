import PQueue from "p-queue";
import { CoppiceError } from "../core/errors.ts";
import type { CommentView } from "../ports/forge/comments.ts";
import type { Marks } from "../wire/marks-yaml.ts";
import { advance, birthOf, firstMarks, isApplied, listSince } from "./inbox/marks.ts";
import type { InboxOptions } from "./inbox/options.ts";
import type { Letter } from "./inbox/process.ts";
import { giveUp, processComment } from "./inbox/process.ts";

export type { InboxOptions } from "./inbox/options.ts";

/** The commands people write on one repository's issues, each carried out once, in the order they were written. */
export interface Inbox {
  /** Looks at one issue's new comments. Throws when something is worth another try: call again later. */
  handle(issue: number): Promise<void>;
  /** Looks for what was missed in the whole repository; what fails is logged and found again by the next sweep. */
  sweep(): Promise<void>;
}

/** Issues a sweep looks at side by side. */
const abreast = 4;
const defaultTries = 3;
/** Comments known to hold nothing for us; forgotten together when there are so many. */
const maxSeen = 10_000;

export function openInbox(options: InboxOptions): Inbox {
  const memory: Memory = { seen: new Set(), failures: new Map() };
  const inTurn = turns();
  const handle = (issue: number): Promise<void> => inTurn(issue, () => readIssue(options, memory, issue));
  return { handle, sweep: () => sweep(options, memory, handle) };
}

/** What one process remembers; losing it costs a few requests. */
interface Memory {
  /** Comments, as they were worded then, that need nothing more. */
  readonly seen: Set<string>;
  /** Failed tries by comment id. */
  readonly failures: Map<number, number>;
}

async function readIssue(options: InboxOptions, memory: Memory, issue: number): Promise<void> {
  const stored = await options.store.marks();
  const thread = await options.forge.comments.ofIssue(issue, stored && listSince(stored));
  const marks = stored ?? (await begin(options, thread, true));
  const waiting = pending(options, memory, { marks, comments: thread });
  for (const comment of [...waiting].sort((one, other) => one.id - other.id)) {
    options.signal.throwIfAborted();
    await tryComment(options, memory, { comment, thread, marks });
    if (memory.seen.size >= maxSeen) memory.seen.clear();
    memory.seen.add(wording(comment));
  }
}

async function sweep(options: InboxOptions, memory: Memory, handle: Inbox["handle"]): Promise<void> {
  const stored = await options.store.marks();
  const since = stored === undefined ? new Date(options.clock.now() - twoDays).toISOString() : listSince(stored);
  const comments = await options.forge.comments.since(since);
  const marks = stored ?? (await begin(options, comments, false));
  const issues = new Set(pending(options, memory, { marks, comments }).map(({ issue }) => issue));
  const failed = new Set<number>();
  const queue = new PQueue({ concurrency: abreast });
  await queue.addAll(
    [...issues].map((issue) => async () => {
      try {
        await handle(issue);
      } catch (error) {
        options.signal.throwIfAborted();
        failed.add(issue);
        options.log.warn(
          { issue, error: String(error) },
          "Comments could not be dealt with and are looked at again later",
        );
      }
    }),
  );
  const undone = comments.filter(({ issue }) => failed.has(issue));
  await options.store.moveMarks((now) => advance(now ?? marks, comments, undone));
}

const twoDays = 2 * 24 * 60 * 60 * 1000;

/** The first look at a repository settles what is older than us. */
function begin({ store, clock }: InboxOptions, comments: readonly CommentView[], woken: boolean): Promise<Marks> {
  const first = firstMarks(birthOf(comments, { now: clock.now(), woken }));
  return store.moveMarks((marks) => marks ?? first);
}

function pending(
  { forge }: InboxOptions,
  { seen }: Memory,
  { marks, comments }: { marks: Marks; comments: readonly CommentView[] },
): readonly CommentView[] {
  return comments.filter(
    (comment) =>
      !comment.authorIsBot &&
      comment.author !== forge.botLogin &&
      Date.parse(comment.createdAt) > Date.parse(marks.birth) &&
      !isApplied(marks, comment) &&
      !seen.has(wording(comment)),
  );
}

/** A failure is thrown for the caller's timer until the tries are used up; then the author hears of it. */
async function tryComment(options: InboxOptions, { failures }: Memory, letter: Letter): Promise<void> {
  const { id } = letter.comment;
  try {
    await processComment(options, letter);
  } catch (error) {
    options.signal.throwIfAborted();
    // It may have taken effect before it failed.
    options.wake(letter.comment.issue);
    const failed = (failures.get(id) ?? 0) + 1;
    failures.set(id, failed);
    const hopeless = error instanceof CoppiceError && error.code === "ledger-invalid";
    if (failed < (options.tries ?? defaultTries) && !hopeless) throw error;
    options.log.error({ comment: id, error: String(error) }, "A comment's commands failed for good");
    await giveUp(
      options,
      letter,
      error instanceof CoppiceError ? error.message : "something went wrong inside Coppice",
    );
  }
  failures.delete(id);
}

function wording({ id, updatedAt }: CommentView): string {
  return `${id} ${updatedAt}`;
}

/** Work on one issue waits for the work on it before. */
function turns(): (issue: number, work: () => Promise<void>) => Promise<void> {
  const last = new Map<number, Promise<void>>();
  return (issue, work) => {
    const mine = (last.get(issue) ?? Promise.resolve()).then(work);
    const settled = mine.catch(() => undefined);
    last.set(issue, settled);
    void settled.then(() => {
      if (last.get(issue) === settled) last.delete(issue);
    });
    return mine;
  };
}
