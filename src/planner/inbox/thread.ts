import type { Comments, CommentView } from "../../ports/forge/comments.ts";
import { findAnswerMarker, findPlanMarker } from "../../wire/render/plan-marker.ts";
import { visibleText } from "../../wire/visible-text.ts";
import type { ThreadEntry } from "../planner.ts";
import { mayWrite } from "./may-write.ts";
import type { InboxOptions } from "./options.ts";

/** What is given of a thread at most; the oldest comments are left out. Characters are UTF-16 units. */
const limits = { comments: 200, characters: 60_000, comment: 6_000 } as const;
/** Comments are left out by so many at once: the text then grows at its end only, and a model's cache stays of use. */
const block = 10;
/** Distinct authors whose permission is asked, those who wrote last; the others are strangers. */
const maxAuthors = 20;

type Asked = Pick<InboxOptions["forge"], "botLogin" | "permissions">;

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
  const kept = newest(older);
  const maintainers = await findMaintainers(kept, forge);
  const dropped = older.length - kept.length;
  const entries = kept.map((comment): ThreadEntry => {
    const { author } = comment;
    if (isEditedSince(comment, command)) return { author, voice: "other", text: editedSince };
    if (author === forge.botLogin) return { author, voice: "planner", text: textOf(comment, true) };
    return { author, voice: maintainers.has(author) ? "maintainer" : "other", text: textOf(comment, false) };
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
function newest(comments: readonly CommentView[]): readonly CommentView[] {
  let start = 0;
  while (start < comments.length && !fits(comments.slice(start))) start += block;
  return comments.slice(start);
}

function fits(comments: readonly CommentView[]): boolean {
  const characters = comments.reduce((sum, { body }) => sum + Math.min(body.length, limits.comment), 0);
  return comments.length <= limits.comments && characters <= limits.characters;
}

/** Bots are strangers here, also those that may command: they repeat what anybody writes. */
async function findMaintainers(comments: readonly CommentView[], { botLogin, permissions }: Asked) {
  const people = comments.filter(({ author, authorIsBot }) => !authorIsBot && author !== botLogin);
  const authors = [...new Set(people.map(({ author }) => author).reverse())].slice(0, maxAuthors);
  const levels = await Promise.all(authors.map(async (author) => ({ author, level: await permissions.of(author) })));
  return new Set(levels.filter(({ level }) => mayWrite(level)).map(({ author }) => author));
}

function textOf({ body }: CommentView, own: boolean): string {
  const marked = own && findAnswerMarker(body) !== undefined ? body.slice(body.indexOf("-->") + 3) : body;
  const text = visibleText(marked).trim();
  return text.length <= limits.comment ? text : `${text.slice(0, limits.comment - 1)}…`;
}
