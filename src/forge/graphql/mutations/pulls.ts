import type { Need } from "../../access/authorize.ts";
import { createPull } from "../../domain/create-pull.ts";
import { mergePull } from "../../domain/merge-pull.ts";
import { setDraft, updatePull } from "../../domain/update-pull.ts";
import { type Writing, writingIn } from "../../domain/writing.ts";
import { HttpError } from "../../http/errors.ts";
import type { MergeMethod, Pull } from "../../model/pull.ts";
import type { Repository } from "../../model/repository.ts";
import { type Context, demand, type Resolvers } from "../context.ts";
import { refused } from "../errors.ts";
import { labelIdsByNode, pullByNode, repositoryByNode } from "../inputs.ts";
import { ofPull } from "../source.ts";
import { actorOf, echo, type Input } from "./input.ts";
import { write } from "./write.ts";

interface NewPull {
  readonly repositoryId: string;
  readonly headRefName: string;
  readonly baseRefName: string;
  readonly title: string;
  readonly body?: string | null;
  readonly draft?: boolean | null;
  readonly maintainerCanModify?: boolean | null;
}

interface PullFields {
  readonly pullRequestId: string;
  readonly title?: string | null;
  readonly body?: string | null;
  readonly state?: "OPEN" | "CLOSED" | null;
  readonly baseRefName?: string | null;
  readonly labelIds?: readonly string[] | null;
}

interface MergeInput {
  readonly pullRequestId: string;
  readonly commitHeadline?: string | null;
  readonly commitBody?: string | null;
  readonly expectedHeadOid?: string | null;
  readonly mergeMethod?: "MERGE" | "SQUASH" | "REBASE" | null;
}

const toWrite: Need = { permission: "pull_requests", access: "write" };
// Anybody who may read can propose; merging moves a branch.
const toPropose: Need = { ...toWrite, role: "read" };
const toMerge: Need = { permission: "contents", access: "write" };

/** Mutations of pull requests. */
export const pullMutations: Resolvers<undefined> = {
  createPullRequest: async (_, { input }: Input<NewPull>, context) => {
    const writing = writingAs(context, repositoryByNode(context, input.repositoryId), toPropose);
    const { title, body = null, headRefName: head, baseRefName, draft, maintainerCanModify } = input;
    const options = { draft: draft ?? false, maintainerCanModify: maintainerCanModify ?? false };
    const pull = await createPull(writing, { title, body, head, base: shortName(baseRefName), ...options });
    return { ...echo(input), pullRequest: ofPull(context.site, pull) };
  },
  updatePullRequest: async (_, { input }: Input<PullFields>, context) => {
    const { row, repository } = pullByNode(context, input.pullRequestId);
    const labelIds = input.labelIds == null ? undefined : labelIdsByNode(context, repository, input.labelIds);
    const state = input.state == null ? undefined : input.state === "OPEN" ? "open" : "closed";
    const base = input.baseRefName == null ? undefined : shortName(input.baseRefName);
    const change = { title: input.title ?? undefined, body: input.body ?? undefined, state, base, labelIds } as const;
    const pull = await updatePull(writingAs(context, repository, toWrite), row, change);
    return { ...echo(input), pullRequest: ofPull(context.site, pull), actor: actorOf(context) };
  },
  markPullRequestReadyForReview: (_, { input }: Input<{ pullRequestId: string }>, context) =>
    draft(context, input, false),
  convertPullRequestToDraft: (_, { input }: Input<{ pullRequestId: string }>, context) => draft(context, input, true),
  mergePullRequest: async (_, { input }: Input<MergeInput>, context) => {
    const { row, repository } = pullByNode(context, input.pullRequestId);
    const writing = writingAs(context, repository, toMerge);
    const pull = await mergePull(writing, row, {
      method: methods[input.mergeMethod ?? "MERGE"],
      title: input.commitHeadline ?? undefined,
      message: input.commitBody ?? undefined,
      expectedHead: input.expectedHeadOid ?? undefined,
    }).catch((error: unknown) => {
      throw staleOr(error);
    });
    return { ...echo(input), pullRequest: ofPull(context.site, pull), actor: actorOf(context) };
  },
};

const methods: Readonly<Record<"MERGE" | "SQUASH" | "REBASE", MergeMethod>> = {
  MERGE: "merge",
  SQUASH: "squash",
  REBASE: "rebase",
};

function writingAs(context: Context, repository: Repository, need: Need): Writing {
  demand(context, repository, need);
  return writingIn(context.site, context.actor, repository);
}

function draft(
  context: Context,
  input: { readonly pullRequestId: string; readonly clientMutationId?: string | null },
  value: boolean,
) {
  const { row, repository } = pullByNode(context, input.pullRequestId);
  const pull: Pull = write(context, repository, toWrite, (writing) => setDraft(writing, row, value));
  return { ...echo(input), pullRequest: ofPull(context.site, pull) };
}

function shortName(ref: string): string {
  return ref.replace(/^refs\/heads\//, "");
}

/** A branch that moved is stale data, as for every other compare-and-swap. */
function staleOr(error: unknown): unknown {
  const moved = error instanceof HttpError && error.status === 409;
  return moved ? refused("STALE_DATA", error.message) : error;
}
