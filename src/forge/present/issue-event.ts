import type { IssueEvent } from "../model/issue-event.ts";
import { nodeId } from "../model/node-id.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { presentAccountById } from "./account.ts";
import { repositoryApi } from "./repository.ts";

/** GitHub's `issue-event`. */
export function presentIssueEvent(site: Site, repository: Repository, event: IssueEvent): Record<string, unknown> {
  const api = repositoryApi(site, repository);
  const { label, rename, assigneeId, commitId } = event;
  const assigned = {
    assignee: presentAccountById(site, assigneeId),
    assigner: presentAccountById(site, event.actorId),
  };
  return {
    id: event.id,
    node_id: nodeId("issueEvent", event.id),
    url: `${api}/issues/events/${event.id}`,
    actor: presentAccountById(site, event.actorId),
    event: event.event,
    commit_id: commitId ?? null,
    commit_url: commitId === undefined ? null : `${api}/commits/${commitId}`,
    created_at: event.createdAt,
    performed_via_github_app: null,
    ...(label === undefined ? {} : { label }),
    ...(rename === undefined ? {} : { rename }),
    ...(assigneeId === undefined ? {} : assigned),
  };
}
