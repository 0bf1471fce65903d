import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { NewSubIssue } from "../ports/forge/issues.ts";
import { inBatches } from "./batches.ts";
import { graphqlFailure } from "./client.ts";
import { adoptOrphans, createByRest } from "./create-sub-issues-by-rest.ts";
import type { CreatedSubIssues, SubIssueCreation } from "./sub-issue-creation.ts";
import { planOf } from "./sub-issue-creation.ts";
import { keyOf, listSubIssues } from "./sub-issues.ts";

/** Waits before each look for issues whose creation got no answer: a read right after a write may be stale. Milliseconds. */
const looks = [1_000, 2_000, 4_000];

const created = z.object({ issue: z.object({ id: z.string(), databaseId: z.coerce.number(), number: z.number() }) });

/**
 * Creates what is not there yet, in order. Creating cannot be conditional on GitHub, hence: what exists is listed by key
 * first, an unknown outcome is looked up until reads are fresh, and only what is still missing is asked for once more,
 * by REST when GraphQL refuses. Throws only when nothing at all was created.
 */
export async function createSubIssues<Key extends string>(
  creation: SubIssueCreation<Key>,
  issues: readonly NewSubIssue<Key>[],
): Promise<CreatedSubIssues<Key>> {
  const made: CreatedSubIssues<Key> = new Map();
  try {
    await createMissing(creation, issues, made);
  } catch (error) {
    if (!issues.some(({ key }) => made.has(key))) throw error;
  }
  const asked = new Set(issues.map(({ key }) => key));
  return new Map([...made].filter(([key]) => asked.has(key)));
}

async function createMissing<Key extends string>(
  creation: SubIssueCreation<Key>,
  issues: readonly NewSubIssue<Key>[],
  made: CreatedSubIssues<Key>,
): Promise<void> {
  const wanted = issues.map((issue) => marked(creation, issue));
  const missing = () => wanted.filter(({ key }) => !made.has(key));
  try {
    if (!creation.first) await learnExisting(creation, made);
    if (!creation.first) await adoptOrphans(creation, wanted, made);
    await inBatches(missing(), (batch) => createBatch(creation, batch, made));
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    // While it cannot be known what happened, nothing more may be created.
    if (error.code === "forge-unavailable") await lookAgain(creation, made, missing);
  }
  if (missing().length > 0) await createByRest(creation, missing(), made);
}

function marked<Key extends string>(creation: SubIssueCreation<Key>, issue: NewSubIssue<Key>): NewSubIssue<Key> {
  return { ...issue, body: creation.marks.add(issue.body, { plan: planOf(creation), key: issue.key }) };
}

async function createBatch<Key extends string>(
  creation: SubIssueCreation<Key>,
  batch: readonly NewSubIssue<Key>[],
  made: CreatedSubIssues<Key>,
): Promise<void> {
  const { scope, labels, parent } = creation;
  const parts = await Promise.all(
    batch.map(async ({ title, body, labels: names }) => ({
      document: "create-issue" as const,
      variables: {
        input: {
          repositoryId: scope.nodeId,
          parentIssueId: parent.nodeId,
          title,
          body,
          labelIds: await labels.ids(names),
        },
      },
    })),
  );
  const outcomes = await Promise.allSettled(parts.map((part) => scope.writes.perform({ part, contents: 1 })));
  const failures: unknown[] = [];
  for (const [index, wanted] of batch.entries()) {
    const outcome = outcomes[index];
    if (outcome?.status === "rejected") failures.push(outcome.reason);
    if (outcome?.status !== "fulfilled") continue;
    if (outcome.value.kind === "refused") failures.push(graphqlFailure("creating sub-issues", outcome.value.error));
    const parsed = outcome.value.kind === "done" ? created.safeParse(outcome.value.data) : undefined;
    if (!parsed?.success) continue;
    const { id, databaseId, number } = parsed.data.issue;
    scope.nodes.issues.learn(number, id);
    made.set(wanted.key, { number, id: databaseId, nodeId: id });
  }
  if (failures.length > 0) throw failures.find(isUnknown) ?? failures[0];
}

/** While what happened to one of them is not known, that is what counts. */
function isUnknown(error: unknown): boolean {
  return error instanceof CoppiceError && error.code === "forge-unavailable";
}

/** Adds what is under the parent by key; the oldest when there are two. */
async function learnExisting<Key extends string>(
  creation: SubIssueCreation<Key>,
  made: CreatedSubIssues<Key>,
): Promise<void> {
  const { scope, parent, marks } = creation;
  const rows = await listSubIssues(scope, parent.number);
  for (const row of [...rows].sort((a, b) => a.number - b.number)) {
    const key = keyOf(scope, { marks, plan: planOf(creation) }, row);
    if (key !== undefined && !made.has(key)) {
      made.set(key, { number: row.number, id: row.databaseId, nodeId: row.id });
    }
  }
}

async function lookAgain<Key extends string>(
  creation: SubIssueCreation<Key>,
  made: CreatedSubIssues<Key>,
  missing: () => readonly NewSubIssue<Key>[],
): Promise<void> {
  for (const wait of looks) {
    await creation.scope.clock.sleep(wait, creation.scope.signal);
    await learnExisting(creation, made);
    if (missing().length === 0) return;
  }
}
