import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { PullView } from "../core/queue/snapshot.ts";
import type { MergeAnswer, NewPull, Pulls } from "../ports/forge/pulls.ts";
import { graphqlFailure, parseAnswer } from "./client.ts";
import { partKey } from "./documents.ts";
import { oneLine } from "./errors.ts";
import type { PullFields } from "./pull-view.ts";
import { pullByNumber, pullFields, toPullView } from "./pull-view.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";
import { writeOrNothing } from "./write-or-nothing.ts";

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

/** Pull requests of one repository: read and written by GraphQL, and by REST what that would not do. */
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

const opened = z.object({ pullRequest: pullFields });

/** GitHub itself refuses a second open pull request of a branch, so that asking again after a lost answer is safe. */
async function open(scope: Scope, pull: NewPull): Promise<PullView> {
  const made = (await openByGraphql(scope, pull)) ?? (await openByRest(scope, pull));
  scope.nodes.pulls.learn(made.number, made.nodeId);
  await addLabels(scope, made.number, pull.labels);
  return made;
}

/** Together with what else is written. Undefined where it was not made or that is not known: REST, and then the branch, tell. */
async function openByGraphql(
  scope: Scope,
  { branch, base, title, body, draft }: NewPull,
): Promise<PullView | undefined> {
  const input = { repositoryId: scope.nodeId, headRefName: branch, baseRefName: base, title, body, draft };
  const part = { document: "open-pull", variables: { input } } as const;
  try {
    const written = await scope.writes.perform({ part, contents: 1, idempotent: true });
    const parsed = written.kind === "done" ? opened.safeParse(written.data) : undefined;
    return parsed?.success ? toPullView(parsed.data.pullRequest) : undefined;
  } catch (error) {
    if (error instanceof CoppiceError) return undefined;
    throw error;
  }
}

async function openByRest(scope: Scope, { branch, base, title, body, draft }: NewPull): Promise<PullView> {
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
    return known;
  }
  const made = parseAnswer(route, data, openedPull);
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
  const found = parseAnswer(where, data[partKey(0)], pullByNumber).pullRequest ?? undefined;
  if (found !== undefined) scope.nodes.pulls.learn(number, found.id);
  return found;
}

const inRepository = z.object({ nameWithOwner: z.string() });
const mergedPull = z.object({
  pullRequest: z.object({
    state: z.string(),
    mergeCommit: z.object({ oid: z.string() }).nullable(),
    repository: inRepository,
    closingIssuesReferences: z
      .object({
        nodes: z.array(z.object({ number: z.number(), state: z.string(), repository: inRepository }).nullable()),
      })
      .nullable(),
  }),
});

/** Merging exactly one commit may be asked again: the second time it is merged already, and that is looked up. */
async function merge(scope: Scope, pull: Parameters<Pulls["merge"]>[0]): Promise<MergeAnswer> {
  return (await mergeByGraphql(scope, pull)) ?? (await mergeByRest(scope, pull));
}

const methods = { merge: "MERGE", squash: "SQUASH", rebase: "REBASE" } as const;

/** Together with what else is written. Undefined where it was not merged or that is not known: REST says why not. */
async function mergeByGraphql(scope: Scope, pull: Parameters<Pulls["merge"]>[0]): Promise<MergeAnswer | undefined> {
  const { number, head, method, title, message } = pull;
  const pullRequestId = scope.nodes.pulls.of(number);
  if (pullRequestId === undefined) return undefined;
  const texts = { commitHeadline: title, commitBody: message };
  const input = { pullRequestId, expectedHeadOid: head, mergeMethod: methods[method], ...texts };
  const written = await writeOrNothing(scope, { part: { document: "merge-pull", variables: { input } } });
  const parsed = mergedPull.safeParse(written?.data);
  if (!parsed.success) return undefined;
  const { state, mergeCommit, repository, closingIssuesReferences } = parsed.data.pullRequest;
  if (state !== "MERGED" || mergeCommit === null) return undefined;
  const closed = (closingIssuesReferences?.nodes ?? []).flatMap((issue) =>
    issue?.state === "CLOSED" && issue.repository.nameWithOwner === repository.nameWithOwner ? [issue.number] : [],
  );
  return { kind: "merged", commit: mergeCommit.oid, closed };
}

/** Waits after each merge that another one, into the same branch, came before; milliseconds. */
const afterAnother = [1_000, 3_000];

async function mergeByRest(scope: Scope, pull: Parameters<Pulls["merge"]>[0]): Promise<MergeAnswer> {
  for (const wait of afterAnother) {
    const answer = await mergeOnce(scope, pull);
    if (answer.kind !== "not-mergeable" || !isBaseMoved(answer.reason)) return answer;
    await scope.clock.sleep(wait, scope.signal);
  }
  return mergeOnce(scope, pull);
}

function isBaseMoved(reason: string): boolean {
  return /base branch was modified/i.test(reason);
}

async function mergeOnce(scope: Scope, pull: Parameters<Pulls["merge"]>[0]): Promise<MergeAnswer> {
  const { number, head, method, title, message } = pull;
  const route = `PUT ${byNumber}/merge`;
  const texts = { commit_title: title, commit_message: message };
  const parameters = { ...restName(scope), pull_number: number, sha: head, merge_method: method, ...texts };
  const { status, data } = await scope.client.send({ route, parameters, accept: [405, 409] });
  if (status === 200) return { kind: "merged", commit: parseAnswer(route, data, merged).sha };
  const now = await read(scope, number);
  if (now?.state === "MERGED" && now.headRefOid === head && now.mergeCommit !== null) {
    return { kind: "merged", commit: now.mergeCommit.oid };
  }
  const isHead = status === 409 && !isBaseMoved(words(data));
  return isHead ? { kind: "head-moved" } : { kind: "not-mergeable", reason: words(data) };
}

function words(data: unknown): string {
  const parsed = refusal.safeParse(data);
  if (!parsed.success) return "refused without a reason";
  const details = (parsed.data.errors ?? []).map((error) =>
    typeof error === "string" ? error : (error.message ?? ""),
  );
  return oneLine([parsed.data.message, ...details.filter((detail) => detail !== "")].join(": "));
}
