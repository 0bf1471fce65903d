import { z } from "zod";
import { addBlocker, removeBlocker } from "../domain/dependencies.ts";
import { currentIssue } from "../domain/find-issue.ts";
import { blockedBy, blockersOf } from "../domain/issue-relations.ts";
import { writingIn } from "../domain/writing.ts";
import { type Call, parseBody } from "../http/call.ts";
import { page } from "../http/pagination.ts";
import { created, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { presentAtHome, visibleIssue } from "./sub-issues.ts";
import { numberOf, threadFor, toRead, toTriage } from "./thread.ts";

const dependencies = "/repos/{owner}/{repo}/issues/{issue_number}/dependencies";

/** Which issues block which. */
export const dependencyRoutes: readonly Route[] = [
  route(`GET ${dependencies}/blocked_by`, listBlockers),
  route(`POST ${dependencies}/blocked_by`, add, { creates: true }),
  route(`DELETE ${dependencies}/blocked_by/{issue_id}`, remove),
  route(`GET ${dependencies}/blocking`, listBlocked),
];

function listBlockers(call: Call): Reply {
  const { issue } = threadFor(call, toRead);
  return page(call, blockersOf(call.site, issue), (row) => presentAtHome(call, row));
}

function listBlocked(call: Call): Reply {
  const { issue } = threadFor(call, toRead);
  return page(call, blockedBy(call.site, issue), (row) => presentAtHome(call, row));
}

async function add(call: Call): Promise<Reply> {
  const { repository, issue } = threadFor(call, toTriage);
  const body = await parseBody(call, z.object({ issue_id: z.int().positive() }));
  const writing = writingIn(call.site, call.actor, repository);
  const next = call.site.store.transaction(() =>
    addBlocker(writing, currentIssue(call.site, issue.id), visibleIssue(call, body.issue_id)),
  );
  return created(presentAtHome(call, next));
}

function remove(call: Call): Reply {
  const { repository, issue } = threadFor(call, toTriage);
  const blocker = visibleIssue(call, numberOf(call, "issue_id"));
  const writing = writingIn(call.site, call.actor, repository);
  const next = call.site.store.transaction(() => removeBlocker(writing, issue, blocker));
  return ok(presentAtHome(call, next));
}
