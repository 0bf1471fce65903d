import { CoppiceError } from "../../core/errors.ts";
import type { CommentView } from "../../ports/forge/comments.ts";
import type { CommandedIssue } from "../../ports/forge/issues.ts";
import type { InboxOptions } from "./options.ts";

/** GitHub's address of a comment on a pull request. */
const onPull = /\/pull\/\d+#/;

/**
 * The commanded issue; undefined where there is nothing to obey: the comment is on a pull request (the review loop's), or
 * gone. Throws forge-unavailable while one of GitHub's APIs does not know yet what the other has listed.
 */
export async function readCommanded(
  { forge }: Pick<InboxOptions, "forge">,
  comment: CommentView,
): Promise<CommandedIssue | undefined> {
  const commanded = await forge.issues.getCommanded(comment.issue, comment);
  if (commanded !== undefined || onPull.test(comment.url) || (await isGone({ forge }, comment))) return commanded;
  throw new CoppiceError("forge-unavailable", "GitHub listed this comment and then did not find it");
}

/** Deleted, or moved to another repository with its issue. */
export async function isGone(
  { forge }: Pick<InboxOptions, "forge">,
  { id, issue, url }: CommentView,
): Promise<boolean> {
  const found = await forge.comments.get(id);
  return found === undefined || found.issue !== issue || found.url !== url;
}
