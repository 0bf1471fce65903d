import { z } from "zod";
import type { TaskIssue } from "../core/plan/plan.ts";
import { findTaskMarker } from "../core/task/marker.ts";
import type { TaskKey } from "../core/task/task.ts";
import type { NewTaskIssue } from "../ports/forge/issues.ts";
import { restName } from "./scope.ts";
import type { CreatedTasks, TaskCreation } from "./task-creation.ts";

const issue = z.object({
  number: z.number(),
  id: z.number(),
  node_id: z.string(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullable(),
  pull_request: z.unknown().optional(),
});
type Row = z.infer<typeof issue>;

/** The way without GraphQL, whose quota is separate: create, then put under the plan. */
export async function createTasksByRest(
  creation: TaskCreation,
  tasks: readonly NewTaskIssue[],
  made: CreatedTasks,
): Promise<void> {
  for (const [key, row] of await listChildren(creation)) made.set(key, made.get(key) ?? toTaskIssue(row));
  await adoptOrphans(creation, tasks, made);
  for (const task of tasks) {
    if (made.has(task.key)) continue;
    const row = await create(creation, task);
    await adopt(creation, row);
    made.set(task.key, toTaskIssue(row));
  }
}

/**
 * Between its creation by REST and its adoption an issue is nobody's child. A process that ended there, or never heard
 * that it created, left an orphan: it is looked for among the newest of the app's own issues before anything is created.
 */
export async function adoptOrphans(
  creation: TaskCreation,
  tasks: readonly NewTaskIssue[],
  made: CreatedTasks,
): Promise<void> {
  const missing = tasks.filter(({ key }) => !made.has(key));
  if (missing.length === 0) return;
  const orphans = await listNewest(creation);
  for (const { key } of missing) {
    const orphan = orphans.get(key);
    if (orphan === undefined) continue;
    await adopt(creation, orphan);
    made.set(key, toTaskIssue(orphan));
  }
}

async function listChildren(creation: TaskCreation): Promise<Map<TaskKey, Row>> {
  const { scope, parent } = creation;
  const route = "GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues";
  const parameters = { ...restName(scope), issue_number: parent.number, per_page: 100 };
  return byKey(creation, await scope.client.rest({ route, parameters }, z.array(issue)));
}

async function listNewest(creation: TaskCreation): Promise<Map<TaskKey, Row>> {
  const { scope } = creation;
  const query = { state: "open", creator: scope.botLogin, sort: "created", direction: "desc", per_page: 100 };
  const route = "GET /repos/{owner}/{repo}/issues";
  return byKey(
    creation,
    await scope.client.rest({ route, parameters: { ...restName(scope), ...query } }, z.array(issue)),
  );
}

function byKey({ scope, parent }: TaskCreation, rows: readonly Row[]): Map<TaskKey, Row> {
  const found = new Map<TaskKey, Row>();
  for (const row of [...rows].sort((a, b) => a.number - b.number)) {
    const marker = row.user?.login === scope.botLogin ? findTaskMarker(row.body ?? "") : undefined;
    if (marker?.plan === parent.number && row.pull_request === undefined && !found.has(marker.key)) {
      found.set(marker.key, row);
    }
  }
  return found;
}

async function create({ scope }: TaskCreation, { title, body, labels }: NewTaskIssue): Promise<Row> {
  const parameters = { ...restName(scope), title, body, labels };
  return scope.client.rest({ route: "POST /repos/{owner}/{repo}/issues", parameters, contents: 1 }, issue);
}

/** 422: it is there already. Were it another's child, it would not carry our marker. */
async function adopt({ scope, parent }: TaskCreation, row: Row): Promise<void> {
  await scope.client.send({
    route: "POST /repos/{owner}/{repo}/issues/{issue_number}/sub_issues",
    // The integer id, not the number: GitHub's own trap.
    parameters: { ...restName(scope), issue_number: parent.number, sub_issue_id: row.id },
    accept: [422],
    contents: 1,
    idempotent: true,
  });
}

function toTaskIssue({ number, id, node_id }: Row): TaskIssue {
  return { number, id, nodeId: node_id };
}
