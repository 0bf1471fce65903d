import type { Usage } from "../../core/plan/plan.ts";
import { noUsage } from "../../core/plan/plan.ts";
import { addUsage, totalTokens } from "../../core/plan/usage.ts";
import type { CommentView } from "../../ports/forge/comments.ts";
import type { Intent, Marks } from "../../wire/marks-yaml.ts";
import { maxApplied, maxIntents, maxSpent } from "../../wire/marks-yaml.ts";

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

/** The marks with one more comment dealt with, whoever meant to; the oldest ids go when there are too many. */
export function withApplied(marks: Marks, comment: Pick<CommentView, "id" | "updatedAt">): Marks {
  if (isApplied(marks, comment)) return marks;
  const applied = [...marks.applied, { id: comment.id, at: comment.updatedAt }].slice(-maxApplied);
  return withoutIntent({ ...marks, applied }, comment.id);
}

/** Whose word it is that a comment is being answered. */
export function intentFor(marks: Marks | undefined, comment: number): Intent | undefined {
  return marks?.intents?.find((intent) => intent.comment === comment);
}

/** The marks with this word in place of any other about the same comment. */
export function withIntent(marks: Marks, intent: Intent): Marks {
  const others = marks.intents?.filter(({ comment }) => comment !== intent.comment) ?? [];
  return { ...marks, intents: [...others, intent].slice(-maxIntents) };
}

function withoutIntent({ intents, ...marks }: Marks, comment: number): Marks {
  const others = intents?.filter((intent) => intent.comment !== comment) ?? [];
  return others.length === 0 ? marks : { ...marks, intents: others };
}

/** The marks with what a model cost on an issue that has no plan yet. */
export function withSpent(marks: Marks, issue: number, usage: Usage): Marks {
  if (totalTokens(usage) === 0) return marks;
  const { spent, marks: others } = takeSpent(marks, issue);
  return { ...others, spent: [...(others.spent ?? []), { issue, usage: addUsage(spent, usage) }].slice(-maxSpent) };
}

/** What it has cost so far, for the plan that is there now, and the marks without it. */
export function takeSpent({ spent: all = [], ...marks }: Marks, issue: number): { spent: Usage; marks: Marks } {
  const others = all.filter((one) => one.issue !== issue);
  const spent = all.find((one) => one.issue === issue)?.usage ?? noUsage;
  return { spent, marks: others.length === 0 ? marks : { ...marks, spent: others } };
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
  const recent = ({ at }: { readonly at: string }) => Date.parse(at) >= Date.parse(target) - remembered;
  const { intents, ...rest } = marks;
  const kept = intents?.filter(recent) ?? [];
  const applied = marks.applied.filter(recent);
  return { ...rest, since: target, applied, ...(kept.length === 0 ? {} : { intents: kept }) };
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
