import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { PullView } from "../core/queue/snapshot.ts";
import type { MergeAnswer, NewPull, Pulls } from "../ports/forge/pulls.ts";
import { graphqlFailure, parseAnswer } from "./client.ts";
import { partKey } from "./documents.ts";
import { oneLine } from "./errors.ts";
import type { PullFields } from "./pull-view.ts";
import { pullByNumber, toPullView } from "./pull-view.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";

const openedPull = z.object({
  number: z.number(),
  node_id: z.string(),
  html_url: z.string(),
  draft: z.boolean().optional(),
  head: z.object({ sha: z.string(), ref: z.string() }),
});
const repositoryId = z.object({ id: z.number() });
const listedPulls = z.array(
  z.object({
    number: z.number(),
    head: z.object({ repo: repositoryId.nullable() }),
    base: z.object({ repo: repositoryId }),
  }),
);
const refusal = z.object({
  message: z.string(),
  errors: z.array(z.union([z.string(), z.object({ message: z.string().optional() })])).optional(),
});
const merged = z.object({ sha: z.string() });
const byNumber = "/repos/{owner}/{repo}/pulls/{pull_number}";

/** Pull requests of one repository: written by REST, read with checks and reviews by GraphQL. */
export function openPulls(scope: Scope): Pulls {
  const { client } = scope;
  const parameters = (number: number) => ({ ...restName(scope), pull_number: number });
  return {
    open: (pull) => open(scope, pull),
    async get(number) {
      const found = await read(scope, number);
      return found === undefined ? undefined : toPullView(found);
    },
    async updateBody(number, change) {
      await client.send({ route: `PATCH ${byNumber}`, parameters: { ...parameters(number), ...change } });
    },
    merge: (pull) => merge(scope, pull),
    async close(number) {
      await client.send({ route: `PATCH ${byNumber}`, parameters: { ...parameters(number), state: "closed" } });
    },
  };
}

/** GitHub itself refuses a second open pull request of a branch, so that asking again after a lost answer is safe. */
async function open(scope: Scope, pull: NewPull): Promise<PullView> {
  const { branch, base, title, body, draft } = pull;
  const route = "POST /repos/{owner}/{repo}/pulls";
  const { status, data } = await scope.client.send({
    route,
    parameters: { ...restName(scope), head: branch, base, title, body, draft },
    accept: [422],
    contents: 1,
    idempotent: true,
  });
  if (status === 422) {
    const known = /already exists/i.test(words(data)) ? await newestOfBranch(scope, branch, "open") : undefined;
    if (known === undefined) throw new CoppiceError("forge-refused", `${route}: 422 ${words(data)}`);
    await addLabels(scope, known.number, pull.labels);
    return known;
  }
  const made = parseAnswer(route, data, openedPull);
  await addLabels(scope, made.number, pull.labels);
  return {
    number: made.number,
    nodeId: made.node_id,
    url: made.html_url,
    state: "open",
    head: made.head.sha,
    branch: made.head.ref,
    draft: made.draft ?? false,
    mergeable: "unknown",
    checks: "none",
    changesRequested: false,
  };
}

/** The newest pull request of this repository's own branch, however many there are of forks' branches of the same name. */
export async function newestOfBranch(
  scope: Scope,
  branch: string,
  state: "open" | "all",
): Promise<PullView | undefined> {
  const head = `${scope.repository.owner}:${branch}`;
  // A fork of the same owner has the same head; only members can make one, so that a few are enough to look at.
  const parameters = { ...restName(scope), head, state, sort: "created", direction: "desc", per_page: 30 };
  const listed = await scope.client.rest({ route: "GET /repos/{owner}/{repo}/pulls", parameters }, listedPulls);
  const found = listed.find((pull) => pull.head.repo?.id === pull.base.repo.id);
  const pull = found === undefined ? undefined : await read(scope, found.number);
  return pull === undefined ? undefined : toPullView(pull);
}

async function addLabels(scope: Scope, number: number, labels: readonly string[]): Promise<void> {
  if (labels.length === 0) return;
  const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/labels";
  await scope.client.send({
    route,
    parameters: { ...restName(scope), issue_number: number, labels },
    idempotent: true,
  });
}

async function read(scope: Scope, number: number): Promise<PullFields | undefined> {
  const { owner, name } = scope.repository;
  const where = `reading pull request #${number}`;
  const { data, errors } = await scope.client.graphql({
    parts: [{ document: "pull", variables: { owner, name, number } }],
  });
  const [failure] = errors;
  if (failure?.type === "NOT_FOUND") return undefined;
  if (failure !== undefined) throw graphqlFailure(where, failure);
  return parseAnswer(where, data[partKey(0)], pullByNumber).pullRequest ?? undefined;
}

/** Merging exactly one commit may be asked again: the second time it is merged already, and that is looked up. */
async function merge(scope: Scope, pull: Parameters<Pulls["merge"]>[0]): Promise<MergeAnswer> {
  const { number, head, method, title, message } = pull;
  const route = `PUT ${byNumber}/merge`;
  const { status, data } = await scope.client.send({
    route,
    parameters: {
      ...restName(scope),
      pull_number: number,
      sha: head,
      merge_method: method,
      commit_title: title,
      commit_message: message,
    },
    accept: [405, 409],
  });
  if (status === 200) return { kind: "merged", commit: parseAnswer(route, data, merged).sha };
  const now = await read(scope, number);
  if (now?.state === "MERGED" && now.headRefOid === head && now.mergeCommit !== null) {
    return { kind: "merged", commit: now.mergeCommit.oid };
  }
  return status === 409 ? { kind: "head-moved" } : { kind: "not-mergeable", reason: words(data) };
}

function words(data: unknown): string {
  const parsed = refusal.safeParse(data);
  if (!parsed.success) return "refused without a reason";
  const details = (parsed.data.errors ?? []).map((error) =>
    typeof error === "string" ? error : (error.message ?? ""),
  );
  return oneLine([parsed.data.message, ...details.filter((detail) => detail !== "")].join(": "));
}
