import type { Issue } from "../../model/issue.ts";
import type { Repository } from "../../model/repository.ts";
import { connection, type PageArguments } from "../connection.ts";
import { type Context, demand, type Resolvers } from "../context.ts";
import { refused } from "../errors.ts";
import { type IssueSource, ofIssue, ofPull, type PullSource, type RepositorySource } from "../source.ts";
import { hasLabel, type TimeOrder, timeOrder } from "./list.ts";

interface ThreadFilter extends PageArguments {
  readonly labels?: readonly string[] | null;
  readonly states?: readonly string[] | null;
  readonly orderBy?: TimeOrder | null;
}

interface IssueFilter extends ThreadFilter {
  readonly filterBy?: {
    readonly labels?: readonly string[] | null;
    readonly states?: readonly string[] | null;
    readonly since?: string | null;
  } | null;
}

interface PullFilter extends ThreadFilter {
  readonly headRefName?: string | null;
  readonly baseRefName?: string | null;
}

/** A repository's fields that give issues and pull requests. */
export const threads: Resolvers<RepositorySource> = {
  issue: ({ row }, { number }: { number: number }, context) => {
    demand(context, row, { permission: "issues", access: "read" });
    const source = threadNumbered(row, number, context);
    if (source?.__typename !== "Issue") throw missing("an Issue", number);
    return source;
  },
  pullRequest: ({ row }, { number }: { number: number }, context) => {
    demand(context, row, { permission: "pull_requests", access: "read" });
    const source = threadNumbered(row, number, context);
    if (source?.__typename !== "PullRequest") throw missing("a PullRequest", number);
    return source;
  },
  issueOrPullRequest: ({ row }, { number }: { number: number }, context) => {
    demand(context, row, { permission: ["issues", "pull_requests"], access: "read" });
    return threadNumbered(row, number, context) ?? fail(missing("an issue or pull request", number));
  },
  issues: ({ row }, args: IssueFilter, context) => {
    demand(context, row, { permission: "issues", access: "read" });
    const { site } = context;
    const states = args.filterBy?.states ?? args.states;
    const labels = args.filterBy?.labels ?? args.labels;
    const since = args.filterBy?.since;
    const rows = candidates(context, row, states)
      .filter((issue) => issue.pullId === undefined)
      .filter((issue) => states == null || states.includes(issue.state.toUpperCase()))
      .filter((issue) => labels == null || hasLabel(site, issue, labels))
      .filter((issue) => since == null || issue.updatedAt >= since);
    const sources = rows.map((issue): IssueSource => ({ __typename: "Issue", row: issue }));
    return connection(timeOrder(sources, args.orderBy), args, (source) => source.row.id);
  },
  pullRequests: ({ row }, args: PullFilter, context) => {
    demand(context, row, { permission: "pull_requests", access: "read" });
    const { site } = context;
    const sources = site.store.pulls
      .list("byNumber", [row.id])
      .map((pull) => ofPull(site, pull))
      .filter((source) => args.states == null || args.states.includes(pullState(source)))
      .filter((source) => args.labels == null || hasLabel(site, source.row, args.labels))
      .filter(({ pull }) => args.headRefName == null || pull.head.ref === args.headRefName)
      .filter(({ pull }) => args.baseRefName == null || pull.base.ref === args.baseRefName);
    return connection(timeOrder(sources, args.orderBy), args, (source) => source.row.id);
  },
};

/** GitHub's three states of a pull request. */
export function pullState({ row, pull }: PullSource): "OPEN" | "CLOSED" | "MERGED" {
  if (pull.merged) return "MERGED";
  return row.state === "open" ? "OPEN" : "CLOSED";
}

/** Only open issues are indexed by state; that is what a queue asks for. */
function candidates({ site }: Context, repository: Repository, states: readonly string[] | null | undefined): Issue[] {
  const onlyOpen = states?.length === 1 && states[0] === "OPEN";
  return site.store.issues.list(onlyOpen ? "open" : "byNumber", [repository.id]);
}

function threadNumbered(
  repository: Repository,
  number: number,
  { site }: Context,
): IssueSource | PullSource | undefined {
  const row = site.store.issues.find("byNumber", [repository.id, number]);
  return row === undefined ? undefined : ofIssue(site, row);
}

function missing(kind: string, number: number): Error {
  return refused("NOT_FOUND", `Could not resolve to ${kind} with the number of ${number}.`);
}

function fail(error: Error): never {
  throw error;
}
