import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { IssueView, PullView } from "../core/queue/snapshot.ts";
import { findTaskMarker } from "../core/task/marker.ts";
import type { TaskKey } from "../core/task/task.ts";
import type { PlanView, PlanViews } from "../ports/forge/plan-views.ts";
import { author, isBot } from "./authors.ts";
import { graphqlFailure, parseAnswer } from "./client.ts";
import type { Part } from "./documents.ts";
import { partKey } from "./documents.ts";
import { pullsOfBranch, toPullView } from "./pull-view.ts";
import { newestOfBranch } from "./pulls.ts";
import type { Scope } from "./scope.ts";

type ViewedIssue = PlanView["issues"][number];

const stateReasons: Readonly<Record<string, IssueView["reason"]>> = {
  COMPLETED: "completed",
  NOT_PLANNED: "not_planned",
  DUPLICATE: "duplicate",
};

/** Canonical, so that one answer's names are compared as they are. */
const repository = z.object({ nameWithOwner: z.string() });

const subIssue = z.object({
  id: z.string(),
  databaseId: z.number(),
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

type SubIssue = z.infer<typeof subIssue>;

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
type ParentIssue = NonNullable<z.infer<typeof parentIssue>["issue"]>;

/** GitHub allows 100 sub-issues today; this many pages are read should it allow more. */
const maxPages = 5;

/** Plans of one repository as they stand. */
export function openPlanViews(scope: Scope): PlanViews {
  return { observe: (request) => observePlan(scope, request) };
}

/** One request for the plan and the pull requests of its branches; more only past 100 sub-issues. */
export async function observePlan(
  scope: Scope,
  { issue, branches }: { issue: number; branches: readonly string[] },
): Promise<PlanView> {
  const first = await askPage(scope, { issue, branches });
  const issues = [...first.parent.subIssues.nodes];
  let { pageInfo } = first.parent.subIssues;
  for (let page = 1; page < maxPages && pageInfo.hasNextPage; page++) {
    const next = await askPage(scope, { issue, branches: [], after: pageInfo.endCursor });
    issues.push(...next.parent.subIssues.nodes);
    pageInfo = next.parent.subIssues.pageInfo;
  }
  const { id, title, state, repository } = first.parent;
  // Numbers mean something in one repository only: another one's #12 is not this one's.
  const own = issues.filter((row) => row?.repository.nameWithOwner === repository.nameWithOwner);
  const elsewhere = issues.length - own.length;
  return {
    parent: { nodeId: id, title, state: state === "OPEN" ? "open" : "closed" },
    issues: own.flatMap((row) => (row === null ? [] : [toIssueView(scope, issue, row)])),
    ...(elsewhere === 0 ? {} : { elsewhere }),
    pulls: first.pulls,
  };
}

async function askPage(
  scope: Scope,
  { issue, branches, after = null }: { issue: number; branches: readonly string[]; after?: string | null },
): Promise<{ parent: ParentIssue; pulls: readonly PullView[] }> {
  const { owner, name } = scope.repository;
  const parts: Part[] = [
    { document: "sub-issues", variables: { owner, name, issue, after } },
    ...branches.map((branch) => ({ document: "pulls-of-branch" as const, variables: { owner, name, branch } })),
  ];
  const { data, errors } = await scope.client.graphql({ parts });
  const [failure] = errors;
  if (failure !== undefined) throw graphqlFailure(`observing plan #${issue}`, failure);
  const { issue: parent } = parseAnswer(`observing plan #${issue}`, data[partKey(0)], parentIssue);
  if (parent === null) throw new CoppiceError("forge-not-found", `observing plan #${issue}: there is no such issue`);
  const pulls = branches.map((branch, index) => {
    const { pullRequests } = parseAnswer(`observing plan #${issue}`, data[partKey(index + 1)], pullsOfBranch);
    return ownPull(scope, branch, pullRequests);
  });
  return { parent, pulls: (await Promise.all(pulls)).filter((pull) => pull !== undefined) };
}

/** A branch of the same name in a fork is a stranger's, and a page full of those may hide ours. */
async function ownPull(
  scope: Scope,
  branch: string,
  { pageInfo, nodes }: z.infer<typeof pullsOfBranch>["pullRequests"],
): Promise<PullView | undefined> {
  const own = nodes.find((pull) => pull?.isCrossRepository === false);
  if (own) return toPullView(own);
  return pageInfo.hasNextPage ? newestOfBranch(scope, branch, "all") : undefined;
}

function toIssueView(scope: Scope, plan: number, row: SubIssue): ViewedIssue {
  const { id, databaseId, number, title, state, stateReason, labels } = row;
  const blockers = row.blockedBy.nodes.flatMap((blocker) => (blocker?.state === "OPEN" ? [blocker] : []));
  const isOwn = (one: Pick<SubIssue, "repository">) => one.repository.nameWithOwner === row.repository.nameWithOwner;
  const others = blockers.filter((blocker) => !isOwn(blocker));
  return {
    number,
    id: databaseId,
    nodeId: id,
    title,
    state: state === "OPEN" ? "open" : "closed",
    reason: state === "CLOSED" ? stateReasons[stateReason ?? ""] : undefined,
    labels: labels?.nodes.map(({ name }) => name) ?? [],
    openBlockers: blockers.filter(isOwn).map((blocker) => blocker.number),
    ...(others.length === 0
      ? {}
      : { blockersElsewhere: others.map((one) => `${one.repository.nameWithOwner}#${one.number}`) }),
    key: keyOf(scope, plan, row),
  };
}

/** Anybody may write a marker; only the app's own counts, and only under the plan it names. */
function keyOf(scope: Scope, plan: number, row: SubIssue): TaskKey | undefined {
  if (!isBot(row.author, scope.botLogin)) return undefined;
  const marker = findTaskMarker(row.body);
  return marker?.plan === plan ? marker.key : undefined;
}
