import type { ReactionContent } from "../../model/comment.ts";
import type { Site } from "../../site.ts";
import { connection, type PageArguments } from "../connection.ts";
import type { Resolvers } from "../context.ts";
import { accountById, ofReaction, type ReactionSource } from "../source.ts";

/** GraphQL's words for REST's reactions. */
export const reactionNames: Readonly<Record<ReactionContent, string>> = {
  "+1": "THUMBS_UP",
  "-1": "THUMBS_DOWN",
  confused: "CONFUSED",
  eyes: "EYES",
  heart: "HEART",
  hooray: "HOORAY",
  laugh: "LAUGH",
  rocket: "ROCKET",
};

export const reaction: Resolvers<ReactionSource> = {
  id: ({ row }) => row.nodeId,
  databaseId: ({ row }) => row.id,
  content: ({ row }) => reactionNames[row.content],
  createdAt: ({ row }) => row.createdAt,
  user: ({ row }, _, { site }) => accountById(site, row.accountId),
};

/** The `reactions` field of what can be reacted to. */
export function reactionsOf(
  { store }: Site,
  subject: "issue" | "comment",
  id: number,
  args: PageArguments & { readonly content?: string | null },
) {
  const rows = store.reactions.list("bySubject", [subject, id]);
  const wanted = rows.filter((row) => args.content == null || reactionNames[row.content] === args.content);
  return connection(wanted.map(ofReaction), args, ({ row }) => row.id);
}
