import { setTimeout as sleep } from "node:timers/promises";
import { Octokit } from "@octokit/rest";
import { parse } from "yaml";
import { z } from "zod";
import type { Ready } from "../../src/cli/up/start.ts";
import type { RouteCount } from "../../src/forge/index.ts";

const plan = z.object({
  tasks: z.array(z.object({ key: z.string(), needs: z.array(z.string()).optional() })),
});
const content = z.object({ content: z.string() });
export type PlannedTasks = z.infer<typeof plan>["tasks"];

/** Somebody with a token and an Octokit, who counts what they ask. */
export interface Person {
  openIssue(title: string): Promise<number>;
  say(issue: number, text: string): Promise<void>;
  /** The revision the plan comment shows; 0 while there is none. */
  revision(issue: number): Promise<number>;
  /** The plan's tasks as the ledger has them. */
  readPlan(issue: number): Promise<PlannedTasks>;
  stateOf(issue: number): Promise<string>;
  /** Sub-issues that are not closed. */
  openTasks(issue: number): Promise<number>;
  /** Looks about twice a second, until the bench's time is up. */
  until(what: string, look: () => Promise<boolean>): Promise<void>;
  requests(): readonly RouteCount[];
}

export function openPerson(ready: Ready, signal: AbortSignal): Person {
  const octokit = new Octokit({ baseUrl: ready.apiUrl, auth: ready.token, request: { signal } });
  const requests = countRequests(octokit);
  const place = { owner: ready.owner, repo: ready.repo };
  return {
    requests,
    openIssue: async (title) => (await octokit.issues.create({ ...place, title })).data.number,
    async say(issue, body) {
      await octokit.issues.createComment({ ...place, issue_number: issue, body });
    },
    async revision(issue) {
      const { data } = await octokit.issues.listComments({ ...place, issue_number: issue, per_page: 100 });
      const shown = data.flatMap(({ body }) => /^<!-- coppice:plan=\d+;revision=(\d+);/.exec(body ?? "")?.[1] ?? []);
      return Number(shown.at(-1) ?? 0);
    },
    async readPlan(issue) {
      const file = { path: `plans/${issue}/plan.yaml`, ref: "coppice-ledger" };
      const { data } = await octokit.repos.getContent({ ...place, ...file });
      return plan.parse(parse(Buffer.from(content.parse(data).content, "base64").toString())).tasks;
    },
    stateOf: async (issue) => (await octokit.issues.get({ ...place, issue_number: issue })).data.state,
    async openTasks(issue) {
      const { data } = await octokit.issues.listSubIssues({ ...place, issue_number: issue, per_page: 100 });
      return data.filter(({ state }) => state === "open").length;
    },
    async until(what, look) {
      while (!(await look())) {
        await sleep(500, undefined, { signal }).catch(() => {
          throw new Error(`the time is up while waiting until ${what}`);
        });
      }
    },
  };
}

/** Requests by the forge's own words for their routes. */
function countRequests(octokit: Octokit): () => readonly RouteCount[] {
  const counts = new Map<string, { count: number; creations: number }>();
  octokit.hook.wrap("request", async (request, options) => {
    const route = `${options.method} ${options.url}`;
    const row = counts.get(route) ?? { count: 0, creations: 0 };
    counts.set(route, row);
    const answer = await request(options);
    row.count += 1;
    if (answer.status === 201) row.creations += 1;
    return answer;
  });
  return () => [...counts].map(([route, row]) => ({ route, ...row }));
}
