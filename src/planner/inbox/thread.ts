import type { Comments, CommentView } from "../../ports/forge/comments.ts";
import { findAnswerMarker, findPlanMarker } from "../../wire/render/plan-marker.ts";
import { visibleText } from "../../wire/visible-text.ts";
import type { ThreadEntry } from "../planner.ts";
import { mayWrite } from "./may-write.ts";
import type { InboxOptions } from "./options.ts";

/** What is given of a thread at most; the oldest comments are left out. Characters are UTF-16 units. */
const limits: Limits = { comments: 200, characters: 60_000, comment: 6_000 };
/** Of that strangers have a third at most: they push out nobody who may decide. */
const strangerLimits: Limits = { comments: 66, characters: 20_000, comment: 2_000 };
/** Comments are left out by so many at once: the text then grows at its end only, and a model's cache stays of use. */
const block = 10;
/** Distinct authors whose permission is asked: those known first, then those who wrote last; the others are strangers. */
const maxAuthors = 20;

interface Limits {
  readonly comments: number;
  readonly characters: number;
  readonly comment: number;
}

interface Asked extends Pick<InboxOptions["forge"], "botLogin" | "permissions"> {
  /** Who has commanded here before. */
  readonly known?: readonly string[];
}

/** The thread as it stood when a command was written: nothing newer, nothing that was edited since. */
export async function threadBefore(
  command: Pick<CommentView, "id" | "createdAt">,
  comments: readonly CommentView[],
  forge: Asked,
): Promise<readonly ThreadEntry[]> {
  const older = comments
    .filter(({ id }) => id < command.id)
    .filter(({ author, body }) => author !== forge.botLogin || findPlanMarker(body) === undefined)
    .sort((one, other) => one.id - other.id);
  const maintainers = await findMaintainers(older, forge);
  const isStranger = ({ author }: CommentView) => author !== forge.botLogin && !maintainers.has(author);
  const limitsOf = (comment: CommentView) => (isStranger(comment) ? strangerLimits : limits);
  const heard = new Set(newest(older.filter(isStranger), strangerLimits, limitsOf));
  const fitting = older.filter((comment) => !isStranger(comment) || heard.has(comment));
  const kept = newest(fitting, limits, limitsOf);
  const dropped = older.length - kept.length;
  const entries = kept.map((comment): ThreadEntry => {
    const { author } = comment;
    if (isEditedSince(comment, command)) return { author, voice: "other", text: editedSince };
    const text = textOf(comment, { own: author === forge.botLogin, most: limitsOf(comment).comment });
    if (author === forge.botLogin) return { author, voice: "planner", text };
    return { author, voice: maintainers.has(author) ? "maintainer" : "other", text };
  });
  if (dropped === 0) return entries;
  return [{ author: "", voice: "other", text: `(${dropped} older comments are left out.)` }, ...entries];
}

/** What `ofIssue` gives at once; and how often it is asked for what comes after. */
const atOnce = 1_000;
const maxParts = 5;

/** A thread's comments from the first on, at most 5,000; `cut`: there are newer ones. */
export async function readThread(
  { ofIssue }: Pick<Comments, "ofIssue">,
  issue: number,
): Promise<{ readonly comments: readonly CommentView[]; readonly cut: boolean }> {
  const found = new Map<number, CommentView>();
  let since: string | undefined;
  for (let part = 0; part < maxParts; part++) {
    const listed = await ofIssue(issue, since);
    for (const comment of listed) found.set(comment.id, comment);
    const last = listed.at(-1)?.createdAt;
    if (listed.length < atOnce) return { comments: [...found.values()], cut: false };
    if (last === since) break;
    since = last;
  }
  return { comments: [...found.values()], cut: true };
}

/** Said at the end of a thread that goes on. */
export const newerLeftOut: ThreadEntry = {
  author: "",
  voice: "other",
  text: "(The thread is too long: its newest comments are left out.)",
};

const editedSince = "(This comment was edited after the command was written and is left out.)";

/** To the second, the times cannot tell an edit just before the command from one just after: both are left out. */
function isEditedSince(comment: CommentView, command: Pick<CommentView, "createdAt">): boolean {
  return comment.updatedAt !== comment.createdAt && Date.parse(comment.updatedAt) >= Date.parse(command.createdAt);
}

/** The newest that fit; where they begin is a whole number of blocks. */
function newest(comments: readonly CommentView[], room: Limits, limitsOf: (comment: CommentView) => Limits) {
  const fits = (some: readonly CommentView[]) =>
    some.length <= room.comments &&
    some.reduce((sum, one) => sum + Math.min(one.body.length, limitsOf(one).comment), 0) <= room.characters;
  let start = 0;
  while (start < comments.length && !fits(comments.slice(start))) start += block;
  return comments.slice(start);
}

/** Bots are strangers here, also those that may command: they repeat what anybody writes. */
async function findMaintainers(comments: readonly CommentView[], { botLogin, permissions, known = [] }: Asked) {
  const people = comments.filter(({ author, authorIsBot }) => !authorIsBot && author !== botLogin);
  const last = [...new Set(people.map(({ author }) => author).reverse())];
  const authors = [...new Set([...last.filter((author) => known.includes(author)), ...last])].slice(0, maxAuthors);
  const levels = await Promise.all(authors.map(async (author) => ({ author, level: await permissions.of(author) })));
  return new Set(levels.filter(({ level }) => mayWrite(level)).map(({ author }) => author));
}

function textOf({ body }: CommentView, { own, most }: { readonly own: boolean; readonly most: number }): string {
  const marked = own && findAnswerMarker(body) !== undefined ? body.slice(body.indexOf("-->") + 3) : body;
  const text = visibleText(marked).trim();
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
