import { z } from "zod";
import type { TaskIssue } from "../core/plan/plan.ts";
import type { NewSubIssue } from "../ports/forge/issues.ts";
import { restName } from "./scope.ts";
import type { CreatedSubIssues, SubIssueCreation } from "./sub-issue-creation.ts";
import { planOf } from "./sub-issue-creation.ts";

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
export async function createByRest<Key extends string>(
  creation: SubIssueCreation<Key>,
  issues: readonly NewSubIssue<Key>[],
  made: CreatedSubIssues<Key>,
): Promise<void> {
  for (const [key, row] of await listChildren(creation)) made.set(key, made.get(key) ?? toTaskIssue(row));
  await adoptOrphans(creation, issues, made);
  for (const wanted of issues) {
    if (made.has(wanted.key)) continue;
    const row = await create(creation, wanted);
    await adopt(creation, row);
    made.set(wanted.key, toTaskIssue(row));
  }
}

/**
 * Between its creation by REST and its adoption an issue is nobody's child. A process that ended there, or never heard
 * that it created, left an orphan: it is looked for among the newest of the app's own issues before anything is created.
 */
export async function adoptOrphans<Key extends string>(
  creation: SubIssueCreation<Key>,
  issues: readonly NewSubIssue<Key>[],
  made: CreatedSubIssues<Key>,
): Promise<void> {
  const missing = issues.filter(({ key }) => !made.has(key));
  if (missing.length === 0) return;
  const orphans = await listNewest(creation);
  for (const { key } of missing) {
    const orphan = orphans.get(key);
    if (orphan === undefined) continue;
    await adopt(creation, orphan);
    made.set(key, toTaskIssue(orphan));
  }
}

async function listChildren<Key extends string>(creation: SubIssueCreation<Key>): Promise<Map<Key, Row>> {
  const { scope, parent } = creation;
  const route = "GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues";
  const parameters = { ...restName(scope), issue_number: parent.number, per_page: 100 };
  return byKey(creation, await scope.client.rest({ route, parameters }, z.array(issue)));
}

async function listNewest<Key extends string>(creation: SubIssueCreation<Key>): Promise<Map<Key, Row>> {
  const { scope } = creation;
  const query = { state: "open", creator: scope.botLogin, sort: "created", direction: "desc", per_page: 100 };
  const route = "GET /repos/{owner}/{repo}/issues";
  return byKey(
    creation,
    await scope.client.rest({ route, parameters: { ...restName(scope), ...query } }, z.array(issue)),
  );
}

function byKey<Key extends string>(creation: SubIssueCreation<Key>, rows: readonly Row[]): Map<Key, Row> {
  const { scope, marks } = creation;
  const found = new Map<Key, Row>();
  for (const row of [...rows].sort((a, b) => a.number - b.number)) {
    const marker = row.user?.login === scope.botLogin ? marks.find(row.body ?? "") : undefined;
    if (marker?.plan === planOf(creation) && row.pull_request === undefined && !found.has(marker.key)) {
      found.set(marker.key, row);
    }
  }
  return found;
}

async function create<Key extends string>(
  { scope }: SubIssueCreation<Key>,
  { title, body, labels }: NewSubIssue<Key>,
): Promise<Row> {
  const parameters = { ...restName(scope), title, body, labels };
  return scope.client.rest({ route: "POST /repos/{owner}/{repo}/issues", parameters, contents: 1 }, issue);
}

/** 422: it is there already, or under another parent of the same plan. Were it anybody else's child, it would not carry our marker. */
async function adopt({ scope, parent }: Pick<SubIssueCreation<string>, "scope" | "parent">, row: Row): Promise<void> {
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
