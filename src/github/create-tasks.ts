import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import { withTaskMarker } from "../core/task/marker.ts";
import type { NewTaskIssue } from "../ports/forge/issues.ts";
import { inBatches } from "./batches.ts";
import { graphqlFailure } from "./client.ts";
import { adoptOrphans, createTasksByRest } from "./create-tasks-by-rest.ts";
import { partKey } from "./documents.ts";
import { observePlan } from "./plan-views.ts";
import type { CreatedTasks, TaskCreation } from "./task-creation.ts";

/** Waits before each look for issues whose creation got no answer: a read right after a write may be stale. Milliseconds. */
const looks = [1_000, 2_000, 4_000];

const created = z.object({ issue: z.object({ id: z.string(), databaseId: z.number(), number: z.number() }) });

/**
 * Creates what is not there yet, in order. Creating cannot be conditional on GitHub, hence: what exists is listed by key
 * first, an unknown outcome is looked up until reads are fresh, and only what is still missing is asked for once more,
 * by REST when GraphQL refuses. Throws only when nothing at all was created.
 */
export async function createTasks(creation: TaskCreation, tasks: readonly NewTaskIssue[]): Promise<CreatedTasks> {
  const made: CreatedTasks = new Map();
  try {
    await createMissing(creation, tasks, made);
  } catch (error) {
    if (!tasks.some(({ key }) => made.has(key))) throw error;
  }
  const asked = new Set(tasks.map(({ key }) => key));
  return new Map([...made].filter(([key]) => asked.has(key)));
}

async function createMissing(
  creation: TaskCreation,
  tasks: readonly NewTaskIssue[],
  made: CreatedTasks,
): Promise<void> {
  const wanted = tasks.map((task) => marked(creation, task));
  const missing = () => wanted.filter(({ key }) => !made.has(key));
  try {
    await learnExisting(creation, made);
    await adoptOrphans(creation, wanted, made);
    await inBatches(missing(), (batch) => createBatch(creation, batch, made));
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    // While it cannot be known what happened, nothing more may be created.
    if (error.code === "forge-unavailable") await lookAgain(creation, made, missing);
  }
  if (missing().length > 0) await createTasksByRest(creation, missing(), made);
}

function marked({ parent }: TaskCreation, task: NewTaskIssue): NewTaskIssue {
  return { ...task, body: withTaskMarker(task.body, { plan: parent.number, key: task.key }) };
}

async function createBatch(creation: TaskCreation, batch: readonly NewTaskIssue[], made: CreatedTasks): Promise<void> {
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
  const { data, errors } = await scope.client.graphql({ parts, contents: parts.length });
  for (const [index, task] of batch.entries()) {
    const parsed = created.safeParse(data[partKey(index)]);
    if (!parsed.success) continue;
    const { id, databaseId, number } = parsed.data.issue;
    made.set(task.key, { number, id: databaseId, nodeId: id });
  }
  const [failure] = errors;
  if (failure !== undefined) throw graphqlFailure("creating task issues", failure);
}

/** Adds the plan's task issues by key; the oldest when there are two. */
async function learnExisting({ scope, parent }: TaskCreation, made: CreatedTasks): Promise<void> {
  const { issues } = await observePlan(scope, { issue: parent.number, branches: [] });
  for (const { key, number, id, nodeId } of [...issues].sort((a, b) => a.number - b.number)) {
    if (key !== undefined && !made.has(key)) made.set(key, { number, id, nodeId });
  }
}

async function lookAgain(
  creation: TaskCreation,
  made: CreatedTasks,
  missing: () => readonly NewTaskIssue[],
): Promise<void> {
  for (const wait of looks) {
    await creation.scope.clock.sleep(wait, creation.scope.signal);
    await learnExisting(creation, made);
    if (missing().length === 0) return;
  }
}
