import { z } from "zod";
import type { IssueDetail, Issues } from "../ports/forge/issues.ts";
import { addBlockers } from "./blockers.ts";
import { createTasks } from "./create-tasks.ts";
import type { LabelsWithIds } from "./labels.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";

const issue = z.object({
  number: z.number(),
  id: z.number(),
  node_id: z.string(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.enum(["open", "closed"]),
  user: z.object({ login: z.string() }).nullable(),
  labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])),
  html_url: z.string(),
  /** Present on pull requests, which REST lists as issues. */
  pull_request: z.unknown().optional(),
});
const byNumber = "/repos/{owner}/{repo}/issues/{issue_number}";

/** Issues of one repository; the app writes as its bot. */
export function openIssues(scope: Scope, labels: LabelsWithIds): Issues {
  const { client } = scope;
  return {
    async get(number) {
      const parameters = { ...restName(scope), issue_number: number };
      const found = await client.find({ route: `GET ${byNumber}`, parameters }, issue);
      // A transferred issue is answered by a redirect: what comes back then is another repository's.
      const ours = found !== undefined && found.number === number && found.pull_request === undefined;
      return ours ? toDetail(found) : undefined;
    },
    async create({ title, body, labels: names }) {
      const parameters = { ...restName(scope), title, body, labels: names };
      return toDetail(
        await client.rest({ route: "POST /repos/{owner}/{repo}/issues", parameters, contents: 1 }, issue),
      );
    },
    createTasks: (parent, tasks) => createTasks({ scope, labels, parent }, tasks),
    addBlockers: (edges) => addBlockers(scope, edges),
    async close(number, reason) {
      const parameters = { ...restName(scope), issue_number: number, state: "closed", state_reason: reason };
      await client.send({ route: `PATCH ${byNumber}`, parameters });
    },
  };
}

function toDetail(row: z.infer<typeof issue>): IssueDetail {
  return {
    number: row.number,
    id: row.id,
    nodeId: row.node_id,
    title: row.title,
    body: row.body ?? "",
    state: row.state,
    author: row.user?.login ?? "ghost",
    labels: row.labels.flatMap((label) => (typeof label === "string" ? label : (label.name ?? []))),
    url: row.html_url,
  };
}
