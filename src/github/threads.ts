import { z } from "zod";
import type { CommentView, Thread } from "../ports/forge/comments.ts";
import { ledgerBranch } from "../wire/ledger-paths.ts";
import type { GraphqlAnswer } from "./client.ts";
import { graphqlFailure, parseAnswer } from "./client.ts";
import { isSpent, issueRow, toDetail } from "./commanded-issue.ts";
import { commentFields, toThreadComment } from "./comment-fields.ts";
import type { Part } from "./documents.ts";
import { partKey } from "./documents.ts";
import type { LabelsWithIds } from "./labels.ts";
import { listedLabels } from "./labels.ts";
import type { Scope } from "./scope.ts";

/** Threads of one repository, and what was read of them a moment ago. */
export interface Threads {
  /** The comments updated since then and what stands beside them; undefined where GraphQL cannot tell, or shows only the newest of them. */
  read(issue: number, since: string | undefined): Promise<Thread | undefined>;
  /** The whole thread, if it was read so lately (milliseconds) and nothing of ours has been written to it since. */
  recent(issue: number, within: number | undefined): Thread | undefined;
  /** A comment of any thread read so lately. */
  recentComment(id: number, within: number | undefined): CommentView | undefined;
  /** Something is about to be written to it. */
  forget(issue: number): void;
  /** The same of whichever thread has this comment. */
  forgetComment(id: number): void;
}

/** Threads kept at most; the oldest goes first. */
const maxKept = 50;

interface Read {
  readonly thread: Thread;
  readonly at: number;
  /** Nothing of it is missing. */
  readonly isWhole: boolean;
}

const answered = z.object({
  issue: issueRow
    .extend({
      comments: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean() }),
        nodes: z.array(commentFields.nullable()),
      }),
    })
    .nullable(),
  ref: z.object({ target: z.object({ oid: z.string() }).nullable() }).nullable(),
});

export function openThreads(scope: Scope, labels?: LabelsWithIds): Threads {
  const { clock, nodes } = scope;
  const kept = new Map<number, Read>();
  const lately = (within: number | undefined) => (read: Read | undefined) =>
    read !== undefined && within !== undefined && clock.monotonic() - read.at <= within;
  return {
    async read(number, since) {
      const at = clock.monotonic();
      kept.delete(number);
      const found = await ask(scope, number, labels);
      if (found === undefined) return undefined;
      const { thread, hasMore } = found;
      if (thread.issue !== undefined) nodes.issues.learn(number, thread.issue.nodeId);
      for (const { id, nodeId } of thread.comments) nodes.comments.learn(id, nodeId);
      kept.set(number, { thread, at, isWhole: !hasMore });
      for (const oldest of kept.keys()) {
        if (kept.size <= maxKept) break;
        kept.delete(oldest);
      }
      const isOlder = (time: string) => since !== undefined && Date.parse(time) < Date.parse(since);
      if (hasMore && !thread.comments.some(({ updatedAt }) => isOlder(updatedAt))) return undefined;
      return { ...thread, comments: thread.comments.filter(({ updatedAt }) => !isOlder(updatedAt)) };
    },
    recent(number, within) {
      const read = kept.get(number);
      return read?.isWhole && lately(within)(read) ? read.thread : undefined;
    },
    recentComment(id, within) {
      for (const read of kept.values()) {
        const found = lately(within)(read) ? read.thread.comments.find((comment) => comment.id === id) : undefined;
        if (found !== undefined) return found;
      }
      return undefined;
    },
    forget: (number) => void kept.delete(number),
    forgetComment(id) {
      for (const [number, { thread }] of kept) {
        if (thread.comments.some((comment) => comment.id === id)) kept.delete(number);
      }
    },
  };
}

const nothing: GraphqlAnswer = { data: {}, errors: [] };

interface Found {
  readonly thread: Thread;
  readonly hasMore: boolean;
}

/** The newest fifty comments by their last change, in the order they were written; the repository's labels too while nobody knows them. */
async function ask(scope: Scope, number: number, labels: LabelsWithIds | undefined): Promise<Found | undefined> {
  const { owner, name } = scope.repository;
  const variables = { owner, name, issue: number, ledger: `refs/heads/${ledgerBranch}` };
  const wantsLabels = labels?.isListed() === false;
  const parts: Part[] = [
    { document: "thread", variables },
    ...(wantsLabels ? [{ document: "labels", variables: { owner, name } } as const] : []),
  ];
  const purpose = `reading the thread of #${number}`;
  const { data, errors } = await scope.client.graphql({ parts, priority: "people" }).catch((error: unknown) => {
    if (isSpent(error)) return nothing;
    throw error;
  });
  const failure = errors.map((error) => graphqlFailure(purpose, error)).find(({ code }) => code !== "forge-not-found");
  if (failure !== undefined) throw failure;
  if (data[partKey(0)] == null) return undefined;
  const { issue, ref } = parseAnswer(purpose, data[partKey(0)], answered);
  if (wantsLabels) labels?.learn(parseAnswer(purpose, data[partKey(1)], listedLabels).labels);
  // A transferred issue is answered by its new place.
  if (issue === null || issue.number !== number) return undefined;
  const comments = issue.comments.nodes
    .flatMap((row) => (row === null ? [] : [toThreadComment(row, number)]))
    .sort((one, other) => one.id - other.id);
  const thread: Thread = {
    comments,
    issue: toDetail(issue),
    ...(issue.lastEditedAt === null ? {} : { bodyEditedAt: issue.lastEditedAt }),
    ...(ref?.target == null ? {} : { ledger: ref.target.oid }),
  };
  return { thread, hasMore: issue.comments.pageInfo.hasNextPage };
}
