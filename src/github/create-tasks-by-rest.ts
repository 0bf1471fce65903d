import { z } from "zod";
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

/**
 * The way without GraphQL, whose quota is separate: create, then put under the plan. Between the two an issue is
 * nobody's child, so the newest of the app's own issues are searched first for what an earlier try left behind.
 */
export async function createTasksByRest(
  creation: TaskCreation,
  tasks: readonly NewTaskIssue[],
  made: CreatedTasks,
): Promise<void> {
  const children = await listChildren(creation);
  const orphans = await listNewest(creation);
  for (const task of tasks) {
    const child = children.get(task.key);
    const row = child ?? orphans.get(task.key) ?? (await create(creation, task));
    if (child === undefined) await adopt(creation, row);
    made.set(task.key, { number: row.number, id: row.id, nodeId: row.node_id });
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
