import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { CommandedIssue, IssueDetail } from "../ports/forge/issues.ts";
import { author, loginOf } from "./authors.ts";
import type { GraphqlAnswer } from "./client.ts";
import { graphqlFailure, parseAnswer } from "./client.ts";
import type { Part } from "./documents.ts";
import { partKey } from "./documents.ts";
import type { Scope } from "./scope.ts";

const lastEditedAt = z.string().nullable();
/** An issue with when its text was last edited. */
export const issueRow = z.object({
  id: z.string(),
  databaseId: z.coerce.number(),
  number: z.number(),
  title: z.string(),
  body: z.string(),
  state: z.enum(["OPEN", "CLOSED"]),
  url: z.string(),
  lastEditedAt,
  author,
  labels: z.object({ nodes: z.array(z.object({ name: z.string() })) }).nullable(),
});
const answeredIssue = z.object({ issue: issueRow.nullable() });
/** Of a node that is no comment nothing is answered. */
const answeredComment = z.object({ id: z.string(), lastEditedAt }).partial().nullable();
const doing = "reading a commanded issue";

/** One request for issue and comment; undefined when either is not there. Throws forge-limited when GraphQL is spent. */
export async function readCommandedIssue(
  { client, repository }: Scope,
  number: number,
  comment: { readonly nodeId: string },
): Promise<CommandedIssue | undefined> {
  const { owner, name } = repository;
  const parts: Part[] = [
    { document: "commanded-issue", variables: { owner, name, issue: number } },
    { document: "commanded-comment", variables: { comment: comment.nodeId } },
  ];
  const answer = await client.graphql({ parts, priority: "people" });
  if (isAbsent(answer)) return undefined;
  const { issue } = parseAnswer(doing, answer.data[partKey(0)], answeredIssue);
  const command = parseAnswer(doing, answer.data[partKey(1)], answeredComment);
  // A transferred issue is answered by its new place.
  if (issue === null || issue.number !== number || command?.id === undefined) return undefined;
  return {
    issue: toDetail(issue),
    bodyEditedAt: issue.lastEditedAt ?? undefined,
    commentEditedAt: command.lastEditedAt ?? undefined,
  };
}

function isAbsent({ errors }: GraphqlAnswer): boolean {
  const [failure] = errors
    .map((error) => graphqlFailure(doing, error))
    .filter(({ code }) => code !== "forge-not-found");
  if (failure !== undefined) throw failure;
  return errors.length > 0;
}

/** The same as the port shows it. */
export function toDetail(row: z.infer<typeof issueRow>): IssueDetail {
  return {
    number: row.number,
    id: row.databaseId,
    nodeId: row.id,
    title: row.title,
    body: row.body,
    state: row.state === "OPEN" ? "open" : "closed",
    author: loginOf(row.author),
    labels: row.labels?.nodes.map(({ name }) => name) ?? [],
    url: row.url,
  };
}

/** True when GraphQL's own quota is spent while REST's is not: the one failure worth asking REST for. */
export function isSpent(error: unknown): boolean {
  return error instanceof CoppiceError && error.code === "forge-limited";
}
