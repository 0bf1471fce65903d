import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import { phaseMarks, taskMarks } from "../core/task/marker.ts";
import type { IssueDetail, Issues } from "../ports/forge/issues.ts";
import { addBlockers, removeBlockers } from "./blockers.ts";
import { isSpent, readCommandedIssue } from "./commanded-issue.ts";
import { createSubIssues } from "./create-sub-issues.ts";
import { readLabelActs } from "./label-acts.ts";
import type { LabelsWithIds } from "./labels.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";
import { openThreads } from "./threads.ts";
import { writeOrNothing } from "./write-or-nothing.ts";

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
/** Waits after each look whether a text was taken: a read right after a write may be stale. Milliseconds. */
const looks = [1_000, 2_000, 0];
const byNumber = "/repos/{owner}/{repo}/issues/{issue_number}";

/** Issues of one repository; the app writes as its bot. */
export function openIssues(scope: Scope, labels: LabelsWithIds, threads = openThreads(scope)): Issues {
  const { client } = scope;
  return {
    get: async (number, { within } = {}) => threads.recent(number, within)?.issue ?? get(scope, number),
    async getCommanded(number, comment) {
      try {
        return await readCommandedIssue(scope, number, comment);
      } catch (error) {
        if (!isSpent(error)) throw error;
        const found = await get(scope, number);
        return found === undefined ? undefined : { issue: found };
      }
    },
    async create({ title, body, labels: names }) {
      const parameters = { ...restName(scope), title, body, labels: names };
      return toDetail(
        await client.rest({ route: "POST /repos/{owner}/{repo}/issues", parameters, contents: 1 }, issue),
      );
    },
    createTasks: (parent, tasks, options) =>
      createSubIssues({ scope, labels, parent, marks: taskMarks, ...options }, tasks),
    createPhases: (parent, phases, options) =>
      createSubIssues({ scope, labels, parent, marks: phaseMarks, ...options }, phases),
    addBlockers: (edges) => addBlockers(scope, edges),
    removeBlockers: (edges) => removeBlockers(scope, edges),
    labelActs: (number) => readLabelActs(scope, number),
    update: (number, change) => update(scope, number, change),
    close: (number, reason) => close(scope, number, reason),
  };
}

async function get(scope: Scope, number: number): Promise<IssueDetail | undefined> {
  const parameters = { ...restName(scope), issue_number: number };
  const found = await scope.client.find({ route: `GET ${byNumber}`, parameters }, issue);
  // A transferred issue is answered by a redirect: what comes back then is another repository's.
  const ours = found !== undefined && found.number === number && found.pull_request === undefined;
  return ours ? toDetail(found) : undefined;
}

/** With other writes where GraphQL's id is known; else, and when GraphQL would not, alone. */
async function close(scope: Scope, number: number, reason: "completed" | "not_planned"): Promise<void> {
  const issueId = scope.nodes.issues.of(number);
  if (issueId !== undefined) {
    const input = { issueId, stateReason: reason === "completed" ? "COMPLETED" : "NOT_PLANNED" };
    const written = await writeOrNothing(scope, { part: { document: "close-issue", variables: { input } } });
    if (written !== undefined) return;
  }
  const parameters = { ...restName(scope), issue_number: number, state: "closed", state_reason: reason };
  await scope.client.send({ route: `PATCH ${byNumber}`, parameters });
}

/** GitHub answers 200 to a body that is too long and keeps the old one: only what is read afterwards tells. */
async function update(scope: Scope, number: number, { title, body }: { title: string; body: string }): Promise<void> {
  const route = `PATCH ${byNumber}`;
  await scope.client.send({ route, parameters: { ...restName(scope), issue_number: number, title, body } });
  for (const wait of looks) {
    if (unixLines((await get(scope, number))?.body) === unixLines(body)) return;
    await scope.clock.sleep(wait, scope.signal);
  }
  throw new CoppiceError("forge-refused", `${route}: the text of #${number} was not taken (${body.length} characters)`);
}

function unixLines(text: string | undefined): string | undefined {
  return text?.replaceAll("\r\n", "\n");
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
