import { z } from "zod";
import type { ChecksView, PullView } from "../core/queue/snapshot.ts";
import { author } from "./authors.ts";

const contexts = z.object({
  pageInfo: z.object({ hasNextPage: z.boolean() }),
  nodes: z.array(
    z.discriminatedUnion("__typename", [
      z.object({ __typename: z.literal("CheckRun"), status: z.string(), conclusion: z.string().nullable() }),
      z.object({ __typename: z.literal("StatusContext"), state: z.string() }),
    ]),
  ),
});
const rollup = z.object({ state: z.string(), contexts });

export const pullFields = z.object({
  id: z.string(),
  number: z.number(),
  url: z.string(),
  state: z.enum(["OPEN", "CLOSED", "MERGED"]),
  isDraft: z.boolean(),
  isCrossRepository: z.boolean(),
  headRefName: z.string(),
  headRefOid: z.string(),
  mergeable: z.enum(["MERGEABLE", "CONFLICTING", "UNKNOWN"]),
  mergeCommit: z.object({ oid: z.string() }).nullable(),
  reviewDecision: z.string().nullable(),
  reviews: z.object({ nodes: z.array(z.object({ state: z.string(), author })) }).nullable(),
  statusCheckRollup: rollup.nullable(),
});
export type PullFields = z.infer<typeof pullFields>;

export const pullsOfBranch = z.object({
  pullRequests: z.object({
    pageInfo: z.object({ hasNextPage: z.boolean() }),
    nodes: z.array(pullFields.nullable()),
  }),
});
export const pullByNumber = z.object({ pullRequest: pullFields.nullable() });

const states = { OPEN: "open", CLOSED: "closed", MERGED: "merged" } as const;
const mergeability = { MERGEABLE: "yes", CONFLICTING: "conflict", UNKNOWN: "unknown" } as const;

/** A pull request as the port shows it. */
export function toPullView(pull: PullFields): PullView {
  return {
    number: pull.number,
    nodeId: pull.id,
    url: pull.url,
    state: states[pull.state],
    head: pull.headRefOid,
    branch: pull.headRefName,
    draft: pull.isDraft,
    mergeable: mergeability[pull.mergeable],
    checks: checksOf(pull.statusCheckRollup),
    changesRequested: changesRequested(pull),
  };
}

/** Everything must have succeeded, been skipped or be neutral; whatever else ended has failed. */
function checksOf(checks: z.infer<typeof rollup> | null): ChecksView {
  if (checks === null) return "none";
  // GitHub's summary may be ahead of the list; that nothing at all succeeded says nothing.
  if (checks.contexts.nodes.length === 0) {
    const summary = verdictOfStatus(checks.state);
    return summary === "passed" ? "none" : summary;
  }
  const verdicts = checks.contexts.nodes.map((context) =>
    context.__typename === "CheckRun" ? verdictOfRun(context) : verdictOfStatus(context.state),
  );
  // Past the first hundred only GitHub's own summary is known.
  if (checks.contexts.pageInfo.hasNextPage) verdicts.push(verdictOfStatus(checks.state));
  if (verdicts.includes("failed")) return "failed";
  return verdicts.includes("pending") ? "pending" : "passed";
}

function verdictOfRun({ status, conclusion }: { status: string; conclusion: string | null }): ChecksView {
  if (status !== "COMPLETED") return "pending";
  return ["SUCCESS", "NEUTRAL", "SKIPPED"].includes(conclusion ?? "") ? "passed" : "failed";
}

function verdictOfStatus(state: string): ChecksView {
  if (state === "SUCCESS") return "passed";
  return state === "PENDING" || state === "EXPECTED" ? "pending" : "failed";
}

/** GitHub decides only where reviews are required; elsewhere each person's last word counts. */
function changesRequested({ reviewDecision, reviews }: PullFields): boolean {
  if (reviewDecision === "CHANGES_REQUESTED") return true;
  const last = new Map<string, string>();
  for (const review of reviews?.nodes ?? []) {
    if (review.author?.__typename === "User") last.set(review.author.login, review.state);
  }
  return [...last.values()].includes("CHANGES_REQUESTED");
}
