import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { TaskIssue } from "../core/plan/plan.ts";
import { inBatches } from "./batches.ts";
import { partKey } from "./documents.ts";
import { oneLine } from "./errors.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";

export interface BlockerEdge {
  readonly blocked: TaskIssue;
  readonly blocking: TaskIssue;
}

const refusal = z.object({ message: z.string(), errors: z.unknown().optional() });

/** Adds edges; those that are there already are no error. What GraphQL refuses is asked of REST, edge by edge. */
export async function addBlockers(scope: Scope, edges: readonly BlockerEdge[]): Promise<void> {
  await inBatches(edges, async (batch) => {
    for (const edge of await refusedByGraphql(scope, batch)) await addByRest(scope, edge);
  });
}

async function refusedByGraphql({ client }: Scope, batch: readonly BlockerEdge[]): Promise<readonly BlockerEdge[]> {
  const parts = batch.map(({ blocked, blocking }) => ({
    document: "add-blocked-by" as const,
    variables: { input: { issueId: blocked.nodeId, blockingIssueId: blocking.nodeId } },
  }));
  try {
    const { errors } = await client.graphql({ parts, contents: parts.length, idempotent: true });
    const refused = errors.filter(({ message }) => !isThere(message));
    // An error without a path is about the whole request.
    return batch.filter((_edge, index) => refused.some(({ path }) => path == null || path[0] === partKey(index)));
  } catch (error) {
    if (error instanceof CoppiceError && error.code !== "forge-unavailable") return batch;
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

/** GitHub's words for an edge that exists: "has already been taken", "already blocked by". */
function isThere(message: string): boolean {
  return /\b(already|duplicate)\b/i.test(message);
}
