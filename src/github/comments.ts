import { z } from "zod";
import type { Comments, CommentView } from "../ports/forge/comments.ts";
import type { Client } from "./client.ts";
import { parseAnswer } from "./client.ts";
import { isSpent } from "./commanded-issue.ts";
import { commentFields, toThreadComment } from "./comment-fields.ts";
import { allPages } from "./pages.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";
import { openThreads } from "./threads.ts";
import { writeOrNothing } from "./write-or-nothing.ts";
import type { Write } from "./writes.ts";

const comment = z
  .object({
    id: z.number(),
    node_id: z.string(),
    issue_url: z.string(),
    /** null for an account that was deleted. */
    user: z.object({ login: z.string(), type: z.string() }).nullable(),
    body: z.string().nullish(),
    created_at: z.string(),
    updated_at: z.string(),
    html_url: z.string(),
    reactions: z.object({ "+1": z.number() }).optional(),
  })
  .transform(
    (row): CommentView => ({
      id: row.id,
      nodeId: row.node_id,
      issue: Number(row.issue_url.slice(row.issue_url.lastIndexOf("/") + 1)),
      author: row.user?.login ?? "ghost",
      authorIsBot: row.user?.type === "Bot",
      body: row.body ?? "",
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      url: row.html_url,
      ...(row.reactions === undefined ? {} : { hasThumb: row.reactions["+1"] > 0 }),
    }),
  );

/** Refusals that only mean "cannot be pinned here". */
const unpinnable = [403, 404, 405, 409, 410, 415, 422, 501];

/** How long a reaction waits for company, milliseconds: a person who looks sooner sees the plan's own change. */
const reactionPatience = 1_000;

const reactions = { "+1": "THUMBS_UP", "-1": "THUMBS_DOWN", eyes: "EYES", confused: "CONFUSED", rocket: "ROCKET" };
const added = z.object({ commentEdge: z.object({ node: commentFields }) });

/** Comments of one repository: written by GraphQL, together with what else is written, where its ids are known. */
export function openComments(scope: Scope, threads = openThreads(scope)): Comments {
  const { client } = scope;
  const name = restName(scope);
  const { comments: nodes } = scope.nodes;
  const byId = "/repos/{owner}/{repo}/issues/comments/{comment_id}";
  const learned = (row: CommentView) => {
    nodes.learn(row.id, row.nodeId);
    return row;
  };
  const ofIssue = async (issue: number, since: string | undefined) => {
    const route = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments";
    const parameters = { ...name, issue_number: issue, ...(since === undefined ? {} : { since }) };
    const rows = await allPages(client, { route, parameters, priority: "people" }, { item: comment, maxPages: 10 });
    return rows.map(learned);
  };
  return {
    thread: async (issue, since) => (await threads.read(issue, since)) ?? { comments: await ofIssue(issue, since) },
    ofIssue: async (issue, since, { within } = {}) =>
      updatedSince(threads.recent(issue, within)?.comments, since) ?? (await ofIssue(issue, since)),
    since: async (time) => (await sweep(client, name, time)).map(learned),
    async get(id, { within } = {}) {
      const recent = threads.recentComment(id, within);
      if (recent !== undefined) return recent;
      const found = await client.find({ route: `GET ${byId}`, parameters: { ...name, comment_id: id } }, comment);
      return found && learned(found);
    },
    async create(issue, body) {
      threads.forget(issue);
      return learned((await createByGraphql(scope, issue, body)) ?? (await createByRest(scope, issue, body)));
    },
    async update(id, body) {
      threads.forgetComment(id);
      const written = await writeTo(scope, nodes.of(id), (node) => ({
        part: { document: "update-comment", variables: { input: { id: node, body } } },
        priority: "projection",
      }));
      if (written) return true;
      const request = { route: `PATCH ${byId}`, parameters: { ...name, comment_id: id, body } };
      return (await client.find({ ...request, priority: "projection" }, comment)) !== undefined;
    },
    async remove(id) {
      threads.forgetComment(id);
      const parameters = { ...name, comment_id: id };
      await client.send({ route: `DELETE ${byId}`, parameters, accept: [404, 410], idempotent: true });
    },
    async pin(id) {
      const parameters = { ...name, comment_id: id };
      await client.send({ route: `PUT ${byId}/pin`, parameters, accept: unpinnable, priority: "projection" });
    },
    async react(id, reaction) {
      const written = await writeTo(scope, nodes.of(id), (subjectId) => ({
        part: { document: "add-reaction", variables: { input: { subjectId, content: reactions[reaction] } } },
        priority: "people",
        patience: reactionPatience,
      }));
      if (written) return;
      const route = "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions";
      const parameters = { ...name, comment_id: id, content: reaction };
      // Nothing to react to any more is no error: people delete comments.
      await client.send({ route, parameters, accept: [404, 410], idempotent: true, priority: "people" });
    },
  };
}

/** False where GraphQL's id is not known, or GraphQL would not: then REST has the word. */
async function writeTo(scope: Scope, nodeId: string | undefined, write: (nodeId: string) => Write): Promise<boolean> {
  return nodeId !== undefined && (await writeOrNothing(scope, write(nodeId))) !== undefined;
}

/** Undefined where it was not made, for a reason that may not hold for REST. Throws forge-unavailable while that is unknown. */
async function createByGraphql(scope: Scope, issue: number, body: string): Promise<CommentView | undefined> {
  const subjectId = scope.nodes.issues.of(issue);
  if (subjectId === undefined) return undefined;
  const part = { document: "add-comment", variables: { input: { subjectId, body } } } as const;
  try {
    const written = await scope.writes.perform({ part, contents: 1, priority: "people" });
    if (written.kind === "refused") return undefined;
    return toThreadComment(parseAnswer("adding a comment", written.data, added).commentEdge.node, issue);
  } catch (error) {
    if (isSpent(error)) return undefined;
    throw error;
  }
}

function createByRest(scope: Scope, issue: number, body: string): Promise<CommentView> {
  const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
  const parameters = { ...restName(scope), issue_number: issue, body };
  return scope.client.rest({ route, parameters, contents: 1, priority: "people" }, comment);
}

function updatedSince(comments: readonly CommentView[] | undefined, since: string | undefined) {
  if (since === undefined) return comments;
  return comments?.filter(({ updatedAt }) => Date.parse(updatedAt) >= Date.parse(since));
}

/** Requests at most for one sweep: 5,000 comments. */
const maxRequests = 50;

/**
 * Pages by time, not by number: a comment edited while we read would move to the end, and shift one that we have not
 * seen onto a page that we have. Cut off at the limit, the newest are missing, never some in between.
 */
async function sweep(client: Client, name: object, time: string): Promise<readonly CommentView[]> {
  const found = new Map<number, CommentView>();
  let since = time;
  let page = 1;
  for (let request = 0; request < maxRequests; request++) {
    const rows = await client.rest(
      {
        route: "GET /repos/{owner}/{repo}/issues/comments",
        parameters: { ...name, sort: "updated", direction: "asc", since, per_page: 100, page },
      },
      z.array(comment),
    );
    for (const row of rows) found.set(row.id, row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < 100) break;
    page = last.updatedAt > since ? 1 : page + 1;
    since = last.updatedAt;
  }
  return [...found.values()].sort((a, b) => a.id - b.id);
}
