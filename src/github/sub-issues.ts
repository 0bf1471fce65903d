import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { Marks } from "../core/task/marker.ts";
import { author, isBot } from "./authors.ts";
import { graphqlFailure, parseAnswer } from "./client.ts";
import type { Part } from "./documents.ts";
import { partKey } from "./documents.ts";
import type { Scope } from "./scope.ts";

/** Canonical, so that one answer's names are compared as they are. */
const repository = z.object({ nameWithOwner: z.string() });

const subIssue = z.object({
  id: z.string(),
  databaseId: z.coerce.number(),
  number: z.number(),
  title: z.string(),
  body: z.string(),
  state: z.enum(["OPEN", "CLOSED"]),
  stateReason: z.string().nullish(),
  repository,
  author,
  labels: z.object({ nodes: z.array(z.object({ name: z.string() })) }).nullable(),
  // What may not be read is null.
  blockedBy: z.object({ nodes: z.array(z.object({ number: z.number(), state: z.string(), repository }).nullable()) }),
});
export type SubIssueRow = z.infer<typeof subIssue>;

const parentIssue = z.object({
  issue: z
    .object({
      id: z.string(),
      title: z.string(),
      state: z.enum(["OPEN", "CLOSED"]),
      repository,
      subIssues: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
        nodes: z.array(subIssue.nullable()),
      }),
    })
    .nullable(),
});
export type ParentRow = NonNullable<z.infer<typeof parentIssue>["issue"]>;

/** GitHub allows 100 sub-issues today; this many pages are read should it allow more. */
const maxPages = 5;

/** Asks for an issue and a page of its sub-issues. */
export function subIssuesPart(
  { repository: { owner, name } }: Scope,
  issue: number,
  after: string | null = null,
): Part {
  return { document: "sub-issues", variables: { owner, name, issue, after } };
}

/** The answer to that part; undefined when there is no such issue. */
export function parseParent(purpose: string, data: unknown): ParentRow | undefined {
  return parseAnswer(purpose, data, parentIssue).issue ?? undefined;
}

/** Sub-issues of an issue, and how many it has besides: in other repositories, or such as may not be read. */
export interface SubIssueRows {
  readonly rows: readonly SubIssueRow[];
  readonly elsewhere: number;
}

/** All sub-issues of an issue, its first page having been read. */
export async function allSubIssues(scope: Scope, issue: number, first: ParentRow): Promise<SubIssueRows> {
  const nodes = [...first.subIssues.nodes];
  let { pageInfo } = first.subIssues;
  for (let page = 1; page < maxPages && pageInfo.hasNextPage; page++) {
    const next = await askPage(scope, issue, pageInfo.endCursor);
    nodes.push(...next.subIssues.nodes);
    pageInfo = next.subIssues.pageInfo;
  }
  // Numbers mean something in one repository only: another one's #12 is not this one's.
  const rows = nodes.flatMap((row) => (row !== null && isOf(first, row) ? [row] : []));
  return { rows, elsewhere: nodes.length - rows.length };
}

interface InRepository {
  readonly repository: z.infer<typeof repository>;
}

/** Says whether both are of one repository. */
export function isOf(one: InRepository, other: InRepository): boolean {
  return one.repository.nameWithOwner === other.repository.nameWithOwner;
}

/** All sub-issues of an issue in its repository, read now. */
export async function listSubIssues(scope: Scope, issue: number): Promise<readonly SubIssueRow[]> {
  return (await allSubIssues(scope, issue, await askPage(scope, issue, null))).rows;
}

/** Anybody may write a marker; only the app's own counts, and only under the plan it names. */
export function keyOf<Key extends string>(
  { botLogin }: Scope,
  { marks, plan }: { readonly marks: Marks<Key>; readonly plan: number },
  row: SubIssueRow,
): Key | undefined {
  if (!isBot(row.author, botLogin)) return undefined;
  const marker = marks.find(row.body);
  return marker?.plan === plan ? marker.key : undefined;
}

async function askPage(scope: Scope, issue: number, after: string | null): Promise<ParentRow> {
  const purpose = `listing the sub-issues of #${issue}`;
  const { data, errors } = await scope.client.graphql({ parts: [subIssuesPart(scope, issue, after)] });
  const [failure] = errors;
  if (failure !== undefined) throw graphqlFailure(purpose, failure);
  const parent = parseParent(purpose, data[partKey(0)]);
  if (parent === undefined) throw new CoppiceError("forge-not-found", `${purpose}: there is no such issue`);
  return parent;
}
