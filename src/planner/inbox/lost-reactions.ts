import { wasCarriedOut } from "../../core/plan/carried-out.ts";
import type { CommentView } from "../../ports/forge/comments.ts";
import type { Marks } from "../../wire/marks-yaml.ts";
import type { Memory } from "./memory.ts";
import type { InboxOptions } from "./options.ts";

/** A hub deals with a few issues at once: so many comments at most it can have left without a reaction. */
const most = 4;

/**
 * Whoever died between a commit and the reaction to its comment left it without one: at the first look of a life the last
 * comments that were carried out get theirs, where the list says that nobody's is there. They travel in one request.
 */
export async function reactAgain(
  { forge, store, log }: Pick<InboxOptions, "forge" | "store" | "log">,
  memory: Memory,
  { marks, comments }: { readonly marks: Marks; readonly comments: readonly CommentView[] },
): Promise<void> {
  if (memory.hasReacted) return;
  memory.hasReacted = true;
  const last = new Set(marks.applied.slice(-most).map(({ id }) => id));
  const react = async (comment: CommentView) => {
    const state = await store.load(comment.issue);
    if (state !== undefined && wasCarriedOut(state, comment)) await forge.comments.react(comment.id, "+1");
  };
  try {
    await Promise.all(comments.filter(({ id, hasThumb }) => last.has(id) && hasThumb === false).map(react));
  } catch (error) {
    log.warn({ error: String(error) }, "A reaction that may be missing could not be put");
  }
}
