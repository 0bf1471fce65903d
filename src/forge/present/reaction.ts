import { type Reaction, reactionContents } from "../model/comment.ts";
import type { Site } from "../site.ts";
import { presentAccountById } from "./account.ts";

/** GitHub's `reaction`. */
export function presentReaction(site: Site, reaction: Reaction): Record<string, unknown> {
  return {
    id: reaction.id,
    node_id: reaction.nodeId,
    user: presentAccountById(site, reaction.accountId),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

/** GitHub's `reaction-rollup` of an issue or comment; `url` is the subject's own address. */
export function presentReactionCounts(
  { store }: Site,
  subject: Pick<Reaction, "subject" | "subjectId">,
  url: string,
): Record<string, unknown> {
  const reactions = store.reactions.list("bySubject", [subject.subject, subject.subjectId]);
  const counts = reactionContents.map((content) => [
    content,
    reactions.filter((row) => row.content === content).length,
  ]);
  return { url: `${url}/reactions`, total_count: reactions.length, ...Object.fromEntries(counts) };
}
