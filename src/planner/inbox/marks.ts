import type { CommentView } from "../../ports/forge/comments.ts";
import type { Marks } from "../../wire/marks-yaml.ts";
import { maxApplied } from "../../wire/marks-yaml.ts";

const minute = 60_000;
/** Lists lag a little behind what was written: what is newer than this before the mark is looked at again. */
const overlap = 2 * minute;
/** Applied ids are remembered so much longer than the mark; what is younger counts as written just now. */
const remembered = 10 * minute;
/** The mark moves when it lags so far behind, or so much is listed again and again; each move is a commit. */
const maxLag = 60 * minute;
const maxListed = 200;

/** What is to be listed again from, so that nothing is missed. */
export function listSince(marks: Marks): string {
  return before(marks.since, overlap);
}

/** The first marks: what was written until `time` is none of our business. */
export function firstMarks(time: string): Marks {
  return { version: 1, birth: time, since: time, applied: [] };
}

/**
 * Where a repository begins for us, on GitHub's clock alone: a comment that woke us (`woken`) or was written just now is
 * for us, what is older was there before. Without any comment the local clock is trusted to two days.
 */
export function birthOf(comments: readonly CommentView[], { now, woken }: { now: number; woken: boolean }): string {
  const newest = comments
    .map((comment) => comment.createdAt)
    .sort(byTime)
    .at(-1);
  if (newest === undefined) return iso(now - 2 * 24 * 60 * minute);
  const fresh = woken || Math.abs(now - Date.parse(newest)) < remembered;
  return fresh ? before(newest, remembered) : newest;
}

export function isApplied(marks: Marks | undefined, comment: Pick<CommentView, "id">): boolean {
  return marks?.applied.some(({ id }) => id === comment.id) ?? false;
}

/** The marks with one more comment dealt with; the oldest ids go when there are too many. */
export function withApplied(marks: Marks, comment: Pick<CommentView, "id" | "updatedAt">): Marks {
  if (isApplied(marks, comment)) return marks;
  return { ...marks, applied: [...marks.applied, { id: comment.id, at: comment.updatedAt }].slice(-maxApplied) };
}

/** The mark after a sweep: moved up to what is dealt with when that is worth a commit, else as it was. */
export function advance(
  marks: Marks,
  listed: readonly Pick<CommentView, "updatedAt">[],
  undone: readonly Pick<CommentView, "updatedAt">[],
): Marks {
  const newest = listed
    .map(({ updatedAt }) => updatedAt)
    .sort(byTime)
    .at(-1);
  const oldestUndone = undone.map(({ updatedAt }) => updatedAt).sort(byTime)[0];
  const target = [newest, oldestUndone].filter((time) => time !== undefined).sort(byTime)[0];
  if (target === undefined || Date.parse(target) <= Date.parse(marks.since)) return marks;
  const lag = Date.parse(target) - Date.parse(marks.since);
  if (lag < maxLag && listed.length < maxListed && marks.applied.length < maxListed) return marks;
  const oldest = Date.parse(target) - remembered;
  return { ...marks, since: target, applied: marks.applied.filter(({ at }) => Date.parse(at) >= oldest) };
}

function before(time: string, milliseconds: number): string {
  return iso(Date.parse(time) - milliseconds);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function byTime(one: string, other: string): number {
  return Date.parse(one) - Date.parse(other);
}
