import { z } from "zod";
import type { LabelAct } from "../core/queue/steering-labels.ts";
import { parseAnswer } from "./client.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";

const event = z.object({
  event: z.string(),
  /** null: an account that is no more. */
  actor: z.object({ login: z.string(), type: z.string().optional() }).nullable(),
  created_at: z.string(),
  label: z.object({ name: z.string() }).optional(),
});

const perPage = 100;

/** So many of the newest pages are read, beside the first one, which tells how many there are. */
const newestPages = 3;

/** Who put labels on an issue or took them off, oldest first: one request where a hundred events are all, the newest three hundred where there are more. */
export async function readLabelActs(scope: Scope, issue: number): Promise<readonly LabelAct[]> {
  const first = await readPage(scope, issue, 1);
  const from = Math.max(2, first.last - newestPages + 1);
  const newest = Array.from({ length: Math.max(0, first.last - from + 1) }, (_, index) => from + index);
  const pages = await Promise.all(newest.map((page) => readPage(scope, issue, page)));
  const events = [first, ...pages].flatMap((page) => page.events);
  return events.flatMap(({ event: kind, actor, created_at: at, label }) => {
    if ((kind !== "labeled" && kind !== "unlabeled") || label === undefined) return [];
    const by = actor?.login ?? "ghost";
    return [{ label: label.name, added: kind === "labeled", by, byApp: actor?.type === "Bot", at }];
  });
}

/** Of an issue that is gone there are none. GitHub lists the oldest first and names the last page. */
async function readPage(scope: Scope, issue: number, page: number) {
  const route = "GET /repos/{owner}/{repo}/issues/{issue_number}/events";
  const parameters = { ...restName(scope), issue_number: issue, per_page: perPage, page };
  const { status, headers, data } = await scope.client.send({ route, parameters, accept: [404, 410] });
  if (status === 404 || status === 410) return { events: [], last: page };
  return { events: parseAnswer(route, data, z.array(event)), last: lastPage(headers.link) ?? page };
}

function lastPage(link: unknown): number | undefined {
  const found = /<[^>]*[?&]page=(\d+)[^>]*>; rel="last"/.exec(String(link ?? ""))?.[1];
  return found === undefined ? undefined : Number(found);
}
