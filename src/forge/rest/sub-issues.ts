import { z } from "zod";
import { canSee } from "../access/authorize.ts";
import { currentIssue } from "../domain/find-issue.ts";
import { subIssuesOf } from "../domain/issue-relations.ts";
import { addSubIssue, moveSubIssue, removeSubIssue } from "../domain/sub-issues.ts";
import { writingIn } from "../domain/writing.ts";
import { type Call, parseBody } from "../http/call.ts";
import { invalid, notFound } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { created, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Issue } from "../model/issue.ts";
import { presentIssue } from "../present/issue.ts";
import { type Thread, threadFor, toRead, toTriage } from "./thread.ts";

const issuePath = "/repos/{owner}/{repo}/issues/{issue_number}";

/** The tree of issues: children, their order, and the parent. */
export const subIssueRoutes: readonly Route[] = [
  route(`GET ${issuePath}/sub_issues`, list),
  route(`POST ${issuePath}/sub_issues`, add, { creates: true }),
  route(`DELETE ${issuePath}/sub_issue`, remove),
  route(`PATCH ${issuePath}/sub_issues/priority`, move),
  route(`GET ${issuePath}/parent`, parent),
];

// The integer database id, as GitHub insists: neither the number nor a string.
const id = z.int().positive();

function list(call: Call): Reply {
  const { issue } = threadFor(call, toRead);
  return page(call, subIssuesOf(call.site, issue), (child) => presentAtHome(call, child));
}

async function add(call: Call): Promise<Reply> {
  const thread = threadFor(call, toTriage);
  const body = await parseBody(call, z.object({ sub_issue_id: id, replace_parent: z.boolean().nullish() }));
  const writing = writingIn(call.site, call.actor, thread.repository);
  const next = call.site.store.transaction(() =>
    addSubIssue(writing, currentIssue(call.site, thread.issue.id), {
      child: visibleIssue(call, body.sub_issue_id),
      replaceParent: body.replace_parent ?? false,
    }),
  );
  return created(presentAtHome(call, next));
}

async function remove(call: Call): Promise<Reply> {
  const thread = threadFor(call, toTriage);
  const body = await parseBody(call, z.object({ sub_issue_id: id }));
  const writing = writingIn(call.site, call.actor, thread.repository);
  const next = call.site.store.transaction(() =>
    removeSubIssue(writing, currentIssue(call.site, thread.issue.id), visibleIssue(call, body.sub_issue_id)),
  );
  return ok(presentAtHome(call, next));
}

const place = z.object({ sub_issue_id: id, after_id: id.nullish(), before_id: id.nullish() });

async function move(call: Call): Promise<Reply> {
  const thread: Thread = threadFor(call, toTriage);
  const { sub_issue_id: childId, after_id: after, before_id: before } = await parseBody(call, place);
  const siblingId = after ?? before;
  if (siblingId == null || (after != null && before != null)) {
    throw invalid("Exactly one of after_id and before_id has to be given");
  }
  const writing = writingIn(call.site, call.actor, thread.repository);
  const where = { childId, siblingId, place: after == null ? "before" : "after" } as const;
  const next = call.site.store.transaction(() =>
    moveSubIssue(writing, currentIssue(call.site, thread.issue.id), where),
  );
  return ok(presentAtHome(call, next));
}

function parent(call: Call): Reply {
  const { issue } = threadFor(call, toRead);
  if (issue.parentId === undefined) throw notFound();
  return ok(presentAtHome(call, visibleIssue(call, issue.parentId)));
}

/** The issue with this database id; 404 when it is not there or the actor may not see its repository. */
export function visibleIssue(call: Call, id: number): Issue {
  const issue = call.site.store.issues.get(id);
  const home = issue && call.site.store.repositories.get(issue.repositoryId);
  if (issue === undefined || home === undefined || !canSee(call.site, call.actor, home)) throw notFound();
  return issue;
}

/** The issue with the addresses of its own repository. */
export function presentAtHome(call: Call, issue: Issue): Record<string, unknown> {
  const home = call.site.store.repositories.get(issue.repositoryId);
  if (home === undefined) throw notFound();
  return presentIssue(call.site, home, issue);
}
