import { z } from "zod";
import type { Comments, CommentView } from "../ports/forge/comments.ts";
import type { Client } from "./client.ts";
import { allPages } from "./pages.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";

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
    }),
  );

/** Refusals that only mean "cannot be pinned here". */
const unpinnable = [403, 404, 405, 409, 410, 415, 422, 501];

/** Comments of one repository: REST alone, since reactions and pins are there. */
export function openComments(scope: Scope): Comments {
  const { client } = scope;
  const name = restName(scope);
  const byId = "/repos/{owner}/{repo}/issues/comments/{comment_id}";
  return {
    ofIssue: (issue, since) =>
      allPages(
        client,
        {
          route: "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
          parameters: { ...name, issue_number: issue, ...(since === undefined ? {} : { since }) },
          priority: "people",
        },
        { item: comment, maxPages: 10 },
      ),
    since: (time) => updatedSince(client, name, time),
    get: (id) => client.find({ route: `GET ${byId}`, parameters: { ...name, comment_id: id } }, comment),
    create: (issue, body) =>
      client.rest(
        {
          route: "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
          parameters: { ...name, issue_number: issue, body },
          contents: 1,
          priority: "people",
        },
        comment,
      ),
    async update(id, body) {
      const request = { route: `PATCH ${byId}`, parameters: { ...name, comment_id: id, body } };
      return (await client.find({ ...request, priority: "projection" }, comment)) !== undefined;
    },
    async remove(id) {
      const parameters = { ...name, comment_id: id };
      await client.send({ route: `DELETE ${byId}`, parameters, accept: [404, 410], idempotent: true });
    },
    async pin(id) {
      const parameters = { ...name, comment_id: id };
      await client.send({ route: `PUT ${byId}/pin`, parameters, accept: unpinnable, priority: "projection" });
    },
    async react(id, reaction) {
      const route = "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions";
      const parameters = { ...name, comment_id: id, content: reaction };
      // Nothing to react to any more is no error: people delete comments.
      await client.send({ route, parameters, accept: [404, 410], idempotent: true, priority: "people" });
    },
  };
}

/** Requests at most for one sweep: 5,000 comments. */
const maxRequests = 50;

/**
 * Pages by time, not by number: a comment edited while we read would move to the end, and shift one that we have not
 * seen onto a page that we have. Cut off at the limit, the newest are missing, never some in between.
 */
async function updatedSince(client: Client, name: object, time: string): Promise<readonly CommentView[]> {
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
