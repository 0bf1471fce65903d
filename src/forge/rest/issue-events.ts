import { repositoryFor } from "../access/authorize.ts";
import type { Call } from "../http/call.ts";
import { page } from "../http/pagination.ts";
import type { Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { presentIssue } from "../present/issue.ts";
import { presentIssueEvent } from "../present/issue-event.ts";
import { either, threadFor, toRead } from "./thread.ts";

/** What happened to issues besides comments. */
export const issueEventRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/issues/events", listAll),
  route("GET /repos/{owner}/{repo}/issues/{issue_number}/events", list),
];

function list(call: Call): Reply {
  const { repository, issue } = threadFor(call, toRead);
  const events = call.site.store.issueEvents.list("byIssue", [issue.id]);
  return page(call, events, (event) => presentIssueEvent(call.site, repository, event));
}

// Newest first here, oldest first on one issue, as on GitHub.
function listAll(call: Call): Reply {
  const { site } = call;
  const repository = repositoryFor(call, { permission: either, access: "read" });
  const events = site.store.issueEvents.list("byRepository", [repository.id], { reverse: true });
  return page(call, events, (event) => {
    const issue = site.store.issues.get(event.issueId);
    const shown = issue === undefined ? null : presentIssue(site, repository, issue);
    return { ...presentIssueEvent(site, repository, event), issue: shown };
  });
}
