import { z } from "zod";
import { parseAnswer } from "./client.ts";
import { restName, type Scope } from "./scope.ts";

/** What was made a moment ago, looked for by its words: the answer to the request that made it was lost. */
export interface Made {
  /** The number of the newest issue with exactly these texts that was made since `begun`, a time of the monotonic clock. */
  issue(texts: { readonly title: string; readonly body: string }, begun: number): Promise<number | undefined>;
  /** The id of the newest such comment on an issue. */
  comment(issue: number, body: string, begun: number): Promise<number | undefined>;
}

/** The newest things that are looked at: more are not made in a moment. */
const page = { sort: "created", direction: "desc", per_page: 50 };
/** The forge tells its times in whole seconds, milliseconds. */
const rounding = 1_000;

const text = z
  .string()
  .nullish()
  .transform((words) => plain(words ?? ""));
const issues = z.array(
  z.object({
    number: z.number(),
    title: text,
    body: text,
    created_at: z.string(),
    pull_request: z.unknown().optional(),
  }),
);
const comments = z.array(z.object({ id: z.number(), issue_url: z.string(), body: text, created_at: z.string() }));

export function openMade(scope: Scope): Made {
  const newest = async <Row extends { readonly created_at: string }>(
    { path, parameters }: { readonly path: string; readonly parameters: object },
    { rows, begun }: { readonly rows: z.ZodType<Row[]>; readonly begun: number },
  ): Promise<readonly Row[]> => {
    const route = `GET /repos/{owner}/{repo}/${path}`;
    const request = { route, parameters: { ...restName(scope), ...page, ...parameters }, priority: "people" } as const;
    const { headers, data } = await scope.client.send(request);
    // Ages by the forge's own clock: ours may be wrong.
    const told = Date.parse(String(headers.date));
    const now = Number.isNaN(told) ? scope.clock.now() : told;
    return parseAnswer(route, data, rows).filter(
      (row) => now - Date.parse(row.created_at) <= scope.clock.monotonic() - begun + rounding,
    );
  };
  return {
    async issue({ title, body }, begun) {
      const at = { path: "issues", parameters: { state: "all" } };
      const found = (await newest(at, { rows: issues, begun })).find(
        (one) => one.pull_request === undefined && one.title === plain(title) && one.body === plain(body),
      );
      return found?.number;
    },
    async comment(issue, body, begun) {
      const found = (await newest({ path: "issues/comments", parameters: {} }, { rows: comments, begun })).find(
        (one) => one.issue_url.endsWith(`/issues/${issue}`) && one.body === plain(body),
      );
      return found?.id;
    },
  };
}

/** As the forge may have kept it: other ends of lines, and no space around. */
function plain(words: string): string {
  return words.replaceAll("\r\n", "\n").trim();
}
