import { issuesClosedBy } from "../../domain/closing-issues.ts";
import { measured } from "../../domain/measure-pull.ts";
import { mergeableState } from "../../domain/mergeable-state.ts";
import { reviewDecision } from "../../domain/reviews.ts";
import { commitsBetween, mergeBase } from "../../git/commits.ts";
import { diffFiles } from "../../git/diff.ts";
import { readRef } from "../../git/refs.ts";
import { repositoryPage } from "../../present/repository.ts";
import { connection, type PageArguments } from "../connection.ts";
import { type Context, once, type Resolvers, repositoryById } from "../context.ts";
import { accountById, type IssueSource, ofObject, ofRepository, type PullSource } from "../source.ts";
import { thread, threadUrl } from "./issue.ts";
import { ofRef } from "./ref.ts";
import { pullState } from "./repository-threads.ts";
import type { ReviewSource } from "./review.ts";
import { rollup } from "./rollup.ts";

/** Pull requests: what they are, where from and where to, and what is in them. */
export const pullRequest: Resolvers<PullSource> = {
  ...thread,
  id: ({ pull }) => pull.nodeId,
  databaseId: ({ pull }) => pull.id,
  fullDatabaseId: ({ pull }) => String(pull.id),
  url: ({ row }, _, context) => threadUrl(context, row, "pull"),
  state: pullState,
  isDraft: ({ pull }) => pull.draft,
  merged: ({ pull }) => pull.merged,
  mergedAt: ({ pull }) => pull.mergedAt,
  mergedBy: ({ pull }, _, { site }) => accountById(site, pull.mergedById),
  mergeCommit: ({ pull }, _, context) => {
    const repository = repositoryById(context, pull.repositoryId);
    return pull.mergeCommitOid === undefined ? null : ofObject("Commit", { repository }, pull.mergeCommitOid);
  },
  headRefName: ({ pull }) => pull.head.ref,
  headRefOid: ({ pull }) => pull.head.oid,
  headRef: ({ pull }, _, context) => branch(context, pull.head),
  headRepository: ({ pull }, _, context) => ofRepository(repositoryById(context, pull.head.repositoryId)),
  isCrossRepository: ({ pull }) => pull.head.repositoryId !== pull.base.repositoryId,
  baseRefName: ({ pull }) => pull.base.ref,
  baseRefOid: ({ pull }) => pull.base.oid,
  baseRef: ({ pull }, _, context) => branch(context, pull.base),
  closingIssuesReferences: ({ pull }, args: PageArguments, context) => {
    const issues = issuesClosedBy(context.site, repositoryById(context, pull.repositoryId), pull);
    const sources = issues.map((row): IssueSource => ({ __typename: "Issue", row }));
    return connection(sources, args, (issue) => issue.row.id);
  },
  mergeable: async (source, _, context) => {
    const { mergeability } = await fresh(source, context);
    if (source.pull.merged || mergeability === undefined) return "UNKNOWN";
    return mergeability.clean ? "MERGEABLE" : "CONFLICTING";
  },
  mergeStateStatus: async (source, _, context) => {
    const { site } = context;
    return mergeableState(
      site,
      repositoryById(context, source.pull.repositoryId),
      await fresh(source, context),
    ).toUpperCase();
  },
  reviewDecision: ({ pull }, _, { site }) => reviewDecision(site, pull) ?? null,
  reviews: ({ pull }, args: ReviewFilter, { site }) => {
    const rows = site.store.reviews.list("byPull", [pull.id]);
    const wanted = rows.filter((row) => args.states == null || args.states.includes(row.state));
    const sources = wanted.map((row): ReviewSource => ({ __typename: "PullRequestReview", row }));
    return connection(sources, args, (review) => review.row.id);
  },
  statusCheckRollup: ({ pull }, _, context) =>
    rollup(context.site, repositoryById(context, pull.repositoryId), pull.head.oid),
  commits: async (source, args: PageArguments, context) =>
    connection(await commitsOf(source, context), args, ({ oid }) => oid),
  files: async (source, args: PageArguments, context) =>
    connection(await filesOf(source, context), args, ({ path }) => path),
  additions: async (source, _, context) => sum(await filesOf(source, context), "additions"),
  deletions: async (source, _, context) => sum(await filesOf(source, context), "deletions"),
  changedFiles: async (source, _, context) => (await filesOf(source, context)).length,
};

interface ReviewFilter extends PageArguments {
  readonly states?: readonly string[] | null;
}

/** The pull request after its merge has been tried, once per request. */
function fresh({ pull }: PullSource, context: Context) {
  return once(context, `measured ${pull.id}`, () => measured(context.site, pull));
}

/** A commit as part of a pull request. */
interface PullCommit {
  readonly source: PullSource;
  readonly oid: string;
}

export const pullRequestCommit: Resolvers<PullCommit> = {
  id: ({ source, oid }) => `PURC_${Buffer.from(`${source.pull.id}:${oid}`).toString("base64url")}`,
  commit: ({ source, oid }, _, context) =>
    ofObject("Commit", { repository: repositoryById(context, source.pull.repositoryId) }, oid),
  pullRequest: ({ source }) => source,
  url: ({ source, oid }, _, context) => {
    const page = repositoryPage(context.site, repositoryById(context, source.pull.repositoryId));
    return `${page}/pull/${source.pull.number}/commits/${oid}`;
  },
};

async function branch(context: Context, { repositoryId, ref }: PullSource["pull"]["head"]) {
  const found = await readRef(context.site.git.folder(repositoryId), `refs/heads/${ref}`);
  return found === undefined ? null : ofRef(repositoryById(context, repositoryId), found);
}

async function commitsOf(source: PullSource, context: Context): Promise<PullCommit[]> {
  const { head, base, repositoryId } = source.pull;
  const commits = await commitsBetween(context.site.git.folder(repositoryId), { from: base.oid, to: head.oid });
  return commits.reverse().map(({ oid }) => ({ source, oid }));
}

const changeTypes = {
  added: "ADDED",
  changed: "CHANGED",
  copied: "COPIED",
  modified: "MODIFIED",
  removed: "DELETED",
  renamed: "RENAMED",
} as const;

function filesOf({ pull }: PullSource, context: Context) {
  const folder = context.site.git.folder(pull.repositoryId);
  const { head, base } = pull;
  return once(context, `files ${pull.repositoryId} ${base.oid} ${head.oid}`, async () => {
    const files = await diffFiles(folder, (await mergeBase(folder, base.oid, head.oid)) ?? base.oid, head.oid);
    return files.map(({ path, additions, deletions, status }) => ({
      path,
      additions,
      deletions,
      changeType: changeTypes[status],
    }));
  });
}

function sum(files: readonly { additions: number; deletions: number }[], field: "additions" | "deletions"): number {
  return files.reduce((total, file) => total + file[field], 0);
}
