import { z } from "zod";
import type { ThreadComment } from "../ports/forge/comments.ts";
import { author, loginOf } from "./authors.ts";

/** A comment as GraphQL gives it; its number comes as text, because GitHub's have outgrown GraphQL's integers. */
export const commentFields = z.object({
  id: z.string(),
  fullDatabaseId: z.coerce.number(),
  body: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  lastEditedAt: z.string().nullable(),
  url: z.string(),
  author,
});

/** The same as the port shows it. */
export function toThreadComment(row: z.infer<typeof commentFields>, issue: number): ThreadComment {
  return {
    id: row.fullDatabaseId,
    nodeId: row.id,
    issue,
    author: loginOf(row.author),
    authorIsBot: row.author?.__typename === "Bot",
    body: row.body,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    url: row.url,
    ...(row.lastEditedAt === null ? {} : { editedAt: row.lastEditedAt }),
  };
}
