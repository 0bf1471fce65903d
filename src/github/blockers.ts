import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { TaskIssue } from "../core/plan/plan.ts";
import { inBatches } from "./batches.ts";
import type { GraphqlError } from "./client.ts";
import { oneLine } from "./errors.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";

export interface BlockerEdge {
  readonly blocked: TaskIssue;
  readonly blocking: TaskIssue;
}

const refusal = z.object({ message: z.string(), errors: z.unknown().optional() });

/** A way to change edges, and the answers that mean that an edge is already as it shall be. */
interface Change {
  readonly document: "add-blocked-by" | "remove-blocked-by";
  readonly contents: number;
  readonly isDone: (error: GraphqlError) => boolean;
}
const adding: Change = { document: "add-blocked-by", contents: 1, isDone: ({ message }) => isThere(message) };
/** Of an edge, or of an issue, that is not there GitHub says so by type; where it only says it in words, REST is asked. */
const removing: Change = { document: "remove-blocked-by", contents: 0, isDone: ({ type }) => type === "NOT_FOUND" };

/** Adds edges; those that are there already are no error. What GraphQL refuses is asked of REST, edge by edge. */
export async function addBlockers(scope: Scope, edges: readonly BlockerEdge[]): Promise<void> {
  await inBatches(edges, async (batch) => {
    for (const edge of await refusedByGraphql(scope, batch, adding)) await addByRest(scope, edge);
  });
}

/** Takes edges away; those that are not there are no error. */
export async function removeBlockers(scope: Scope, edges: readonly BlockerEdge[]): Promise<void> {
  await inBatches(edges, async (batch) => {
    for (const edge of await refusedByGraphql(scope, batch, removing)) await removeByRest(scope, edge);
  });
}

async function refusedByGraphql(
  scope: Scope,
  batch: readonly BlockerEdge[],
  change: Change,
): Promise<readonly BlockerEdge[]> {
  const isRefused = await Promise.all(batch.map((edge) => isRefusedByGraphql(scope, edge, change)));
  return batch.filter((_edge, index) => isRefused[index] === true);
}

async function isRefusedByGraphql(
  { writes }: Scope,
  { blocked, blocking }: BlockerEdge,
  { document, contents, isDone }: Change,
): Promise<boolean> {
  const variables = { input: { issueId: blocked.nodeId, blockingIssueId: blocking.nodeId } };
  try {
    const written = await writes.perform({ part: { document, variables }, contents, idempotent: true });
    return written.kind === "refused" && !isDone(written.error);
  } catch (error) {
    if (error instanceof CoppiceError && error.code !== "forge-unavailable") return true;
    throw error;
  }
}

async function addByRest(scope: Scope, { blocked, blocking }: BlockerEdge): Promise<void> {
  const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by";
  const parameters = { ...restName(scope), issue_number: blocked.number, issue_id: blocking.id };
  const { status, data } = await scope.client.send({ route, parameters, accept: [422], contents: 1, idempotent: true });
  if (status !== 422) return;
  const parsed = refusal.safeParse(data);
  const words = parsed.success ? `${parsed.data.message} ${JSON.stringify(parsed.data.errors ?? "")}` : "";
  if (!isThere(words)) throw new CoppiceError("forge-refused", `${route}: 422 ${oneLine(words)}`);
}

async function removeByRest(scope: Scope, { blocked, blocking }: BlockerEdge): Promise<void> {
  const route = "DELETE /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by/{issue_id}";
  const parameters = { ...restName(scope), issue_number: blocked.number, issue_id: blocking.id };
  await scope.client.send({ route, parameters, accept: [404, 410] });
}

/** GitHub's words for an edge that exists: "has already been taken", "already blocked by". */
function isThere(message: string): boolean {
  return /\b(already|duplicate)\b/i.test(message);
}
