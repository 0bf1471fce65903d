import type { CommentView, Thread } from "../../ports/forge/comments.ts";
import type { Marks } from "../../wire/marks-yaml.ts";

/** One comment and how far the repository's comments had been dealt with when it was listed. */
export interface Letter {
  readonly comment: CommentView;
  readonly marks: Marks;
  readonly seen: SeenThread;
}

/** The thread the comment was found in, and when that was read, monotonic milliseconds. */
export interface SeenThread extends Thread {
  readonly at: number;
}

/** What a command rests on is read again when it was read longer ago, milliseconds: a model may have thought in between. */
const fresh = 10_000;

export function isFresh({ seen }: Pick<Letter, "seen">, { monotonic }: { monotonic(): number }): boolean {
  return monotonic() - seen.at <= fresh;
}
