import { z } from "zod";
import { repositoryFor } from "../access/authorize.ts";
import { currentIssue, pullOf } from "../domain/find-issue.ts";
import { createIssue, updateIssue } from "../domain/issues.ts";
import { labelIdsByName } from "../domain/labels.ts";
import { updatePull } from "../domain/update-pull.ts";
import { mayTriage, type Writing, writingIn } from "../domain/writing.ts";
import { type Call, parseBody } from "../http/call.ts";
import { HttpError, validationFailed } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { created, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { presentIssue } from "../present/issue.ts";
import { queriedIssues } from "./issue-query.ts";
import { either, threadFor, toChange, toRead } from "./thread.ts";

/** Issues, and pull requests as the issues they also are. */
export const issueRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/issues", list),
  route("POST /repos/{owner}/{repo}/issues", create, { creates: true }),
  route("GET /repos/{owner}/{repo}/issues/{issue_number}", get),
  route("PATCH /repos/{owner}/{repo}/issues/{issue_number}", update),
];

function list(call: Call): Reply {
  const repository = repositoryFor(call, { permission: either, access: "read" });
  return page(call, queriedIssues(call, repository), (issue) => presentIssue(call.site, repository, issue));
}

function get(call: Call): Reply {
  const { repository, issue } = threadFor(call, toRead);
  return ok(presentIssue(call.site, repository, issue));
}

const labelNames = z.array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]));
const title = z.union([z.string(), z.number().transform(String)]);

const newIssue = z.object({
  title,
  body: z.string().nullish(),
  labels: labelNames.nullish(),
  assignee: z.string().nullish(),
  assignees: z.array(z.string()).nullish(),
});

async function create(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, { permission: "issues", access: "write", role: "read" });
  if (!repository.hasIssues) throw new HttpError(410, "Issues are disabled for this repo");
  const fields = await parseBody(call, newIssue);
  const writing = writingIn(call.site, call.actor, repository);
  const issue = call.site.store.transaction(() =>
    createIssue(writing, {
      title: fields.title,
      body: fields.body ?? null,
      labelIds: labelIdsByName(writing, fields.labels ?? []),
      assigneeIds: accountIds(writing, assigneesOf(fields) ?? []),
    }),
  );
  return created(presentIssue(call.site, repository, issue));
}

const issueChange = z.object({
  title: title.nullish(),
  body: z.string().nullish(),
  state: z.enum(["open", "closed"]).nullish(),
  state_reason: z.enum(["completed", "not_planned", "duplicate", "reopened"]).nullish(),
  labels: labelNames.nullish(),
  assignee: z.string().nullish(),
  assignees: z.array(z.string()).nullish(),
});

async function update(call: Call): Promise<Reply> {
  const { repository, issue } = threadFor(call, toChange);
  const fields = await parseBody(call, issueChange);
  const writing = writingIn(call.site, call.actor, repository);
  const pull = pullOf(call.site, issue);
  const state = fields.state ?? undefined;
  // Reopening a pull request has to look at its branches, and does so before the rest is written.
  if (pull !== undefined && state !== undefined) await updatePull(writing, pull, { state });
  const next = call.site.store.transaction(() =>
    updateIssue(writing, currentIssue(call.site, issue.id), {
      title: fields.title ?? undefined,
      body: fields.body,
      state: pull === undefined ? state : undefined,
      stateReason: fields.state_reason,
      labelIds: fields.labels == null ? undefined : labelIdsByName(writing, fields.labels),
      assigneeIds: accountIdsOrNone(writing, assigneesOf(fields)),
    }),
  );
  return ok(presentIssue(call.site, repository, next));
}

function assigneesOf(fields: { assignee?: string | null; assignees?: string[] | null }): string[] | undefined {
  if (fields.assignees != null) return fields.assignees;
  if (fields.assignee === undefined) return undefined;
  return fields.assignee === null || fields.assignee === "" ? [] : [fields.assignee];
}

function accountIdsOrNone(writing: Writing, logins: readonly string[] | undefined): number[] | undefined {
  return logins === undefined ? undefined : accountIds(writing, logins);
}

/** The ids of the accounts; 422 naming one that does not exist, unless the writer's assignees are dropped anyhow. */
function accountIds(writing: Writing, logins: readonly string[]): number[] {
  if (!mayTriage(writing)) return [];
  return logins.map((login) => {
    const account = writing.site.store.accounts.find("byLogin", [login.toLowerCase()]);
    if (account !== undefined) return account.id;
    throw validationFailed({ resource: "Issue", field: "assignees", code: "invalid", value: login });
  });
}
