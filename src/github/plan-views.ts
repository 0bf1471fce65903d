import { CoppiceError } from "../core/errors.ts";
import type { IssueView } from "../core/queue/snapshot.ts";
import { phaseMarks, taskMarks } from "../core/task/marker.ts";
import type { PlanView, PlanViews } from "../ports/forge/plan-views.ts";
import type { GraphqlError } from "./client.ts";
import { graphqlFailure } from "./client.ts";
import { partKey } from "./documents.ts";
import { branchParts, maxBranches, pullsIn, pullsOf } from "./pulls-of-branches.ts";
import type { Scope } from "./scope.ts";
import type { ParentRow, SubIssueRow } from "./sub-issues.ts";
import { allSubIssues, isOf, keyOf, parseParent, subIssuesPart } from "./sub-issues.ts";

type ViewRequest = Parameters<PlanViews["observe"]>[0];
type ViewedIssue = PlanView["issues"][number];

const stateReasons: Readonly<Record<string, IssueView["reason"]>> = {
  COMPLETED: "completed",
  NOT_PLANNED: "not_planned",
  DUPLICATE: "duplicate",
};

/** Plans of one repository as they stand. */
export function openPlanViews(scope: Scope): PlanViews {
  return { observe: (request) => observePlan(scope, request) };
}

/** One request for the plan, its phase parents and the pull requests of its branches; more only past a hundred of something. */
async function observePlan(scope: Scope, { issue, parents = [], branches }: ViewRequest): Promise<PlanView> {
  const purpose = `observing plan #${issue}`;
  const asked = [issue, ...parents];
  const first = branches.slice(0, maxBranches);
  const parts = [...asked.map((number) => subIssuesPart(scope, number)), ...branchParts(scope, first)];
  const { data, errors } = await scope.client.graphql({ parts });
  const failure = errors.find((error) => !isGone(error, parents.length));
  if (failure !== undefined) throw graphqlFailure(purpose, failure);
  const rows = asked.map((number, index) => {
    const key = partKey(index);
    const isAbsent = index > 0 && data[key] == null;
    return { number, parent: isAbsent ? undefined : parseParent(purpose, data[key]) };
  });
  const plan = rows[0]?.parent;
  if (plan === undefined) throw new CoppiceError("forge-not-found", `${purpose}: there is no such issue`);
  scope.nodes.issues.learn(issue, plan.id);
  const pulls = await pullsIn({ scope, purpose, branches: first }, (at) => data[partKey(asked.length + at)]);
  const [own, ...others] = await Promise.all(rows.map((row) => issuesUnder(scope, issue, row)));
  const elsewhere = own?.elsewhere ?? 0;
  return {
    parent: { nodeId: plan.id, title: plan.title, state: plan.state === "OPEN" ? "open" : "closed" },
    issues: [own, ...others].flatMap((parent) => parent?.issues ?? []),
    ...(elsewhere === 0 ? {} : { elsewhere }),
    pulls: [...pulls, ...(await pullsOf({ scope, purpose, branches: branches.slice(maxBranches) }))],
  };
}

/** The parents are asked right after the plan's issue; one that was deleted or transferred is no failure. */
function isGone({ type, path }: GraphqlError, parents: number): boolean {
  const keys = Array.from({ length: parents }, (_, at) => partKey(at + 1));
  return type === "NOT_FOUND" && keys.includes(String(path?.[0]));
}

async function issuesUnder(
  scope: Scope,
  plan: number,
  { number, parent }: { readonly number: number; readonly parent: ParentRow | undefined },
): Promise<{ readonly issues: readonly ViewedIssue[]; readonly elsewhere: number }> {
  if (parent === undefined) return { issues: [], elsewhere: 0 };
  const { rows, elsewhere } = await allSubIssues(scope, number, parent);
  const under = number === plan ? {} : { parent: number };
  return { issues: rows.map((row) => ({ ...toIssueView(scope, plan, row), ...under })), elsewhere };
}

function toIssueView(scope: Scope, plan: number, row: SubIssueRow): ViewedIssue {
  const { id, databaseId, number, title, state, stateReason, labels } = row;
  scope.nodes.issues.learn(number, id);
  const blockers = row.blockedBy.nodes.flatMap((blocker) => (blocker?.state === "OPEN" ? [blocker] : []));
  const others = blockers.filter((blocker) => !isOf(row, blocker));
  return {
    number,
    id: databaseId,
    nodeId: id,
    title,
    state: state === "OPEN" ? "open" : "closed",
    reason: state === "CLOSED" ? stateReasons[stateReason ?? ""] : undefined,
    labels: labels?.nodes.map(({ name }) => name) ?? [],
    openBlockers: blockers.filter((blocker) => isOf(row, blocker)).map((blocker) => blocker.number),
    ...(others.length === 0
      ? {}
      : { blockersElsewhere: others.map((one) => `${one.repository.nameWithOwner}#${one.number}`) }),
    key: keyOf(scope, { marks: taskMarks, plan }, row),
    phase: keyOf(scope, { marks: phaseMarks, plan }, row),
  };
}
