import { CoppiceError } from "../../core/errors.ts";
import type { CommentView } from "../../ports/forge/comments.ts";
import type { CommandedIssue } from "../../ports/forge/issues.ts";
import type { Letter } from "./letter.ts";
import { isFresh } from "./letter.ts";
import type { InboxOptions } from "./options.ts";

/** GitHub's address of a comment on a pull request. */
const onPull = /\/pull\/\d+#/;

/**
 * The commanded issue; undefined where there is nothing to obey: the comment is on a pull request (the review loop's), or
 * gone. Throws forge-unavailable while one of GitHub's APIs does not know yet what the other has listed.
 */
export async function readCommanded(
  { forge, clock }: Pick<InboxOptions, "forge" | "clock">,
  letter: Pick<Letter, "comment" | "seen">,
): Promise<CommandedIssue | undefined> {
  const { comment } = letter;
  const seen = isFresh(letter, clock) ? seenWith(letter) : undefined;
  if (seen !== undefined) return seen;
  const commanded = await forge.issues.getCommanded(comment.issue, comment);
  if (commanded !== undefined || onPull.test(comment.url) || (await isGone({ forge }, comment))) return commanded;
  throw new CoppiceError("forge-unavailable", "GitHub listed this comment and then did not find it");
}

/** Told by the thread the comment was found in. */
function seenWith({ comment, seen }: Pick<Letter, "comment" | "seen">): CommandedIssue | undefined {
  const { issue, bodyEditedAt, comments } = seen;
  const found = comments.find(({ id }) => id === comment.id);
  return issue && found && { issue, bodyEditedAt, commentEditedAt: found.editedAt };
}

/** Deleted, or moved to another repository with its issue. */
export async function isGone(
  { forge }: Pick<InboxOptions, "forge">,
  { id, issue, url }: CommentView,
): Promise<boolean> {
  const found = await forge.comments.get(id);
  return found === undefined || found.issue !== issue || found.url !== url;
}
