import { latestStatuses, rollupState } from "../domain/check-rollup.ts";
import type { Repository } from "../model/repository.ts";
import type { CommitStatus } from "../model/status.ts";
import type { Site } from "../site.ts";
import { presentAccountById } from "./account.ts";
import { presentRepository, repositoryApi } from "./repository.ts";

/** GitHub's `status`. */
export function presentStatus(site: Site, repository: Repository, status: CommitStatus): Record<string, unknown> {
  return { ...presentContext(site, repository, status), creator: presentAccountById(site, status.creatorId) };
}

/** GitHub's `combined-commit-status`. */
export function presentCombinedStatus(site: Site, repository: Repository, oid: string): Record<string, unknown> {
  const api = repositoryApi(site, repository);
  const statuses = latestStatuses(site, repository.id, oid);
  const state = rollupState(statuses);
  return {
    state: state === "error" ? "failure" : (state ?? "pending"),
    statuses: statuses.map((status) => presentContext(site, repository, status)),
    sha: oid,
    total_count: statuses.length,
    repository: presentRepository(site, repository),
    commit_url: `${api}/commits/${oid}`,
    url: `${api}/commits/${oid}/status`,
  };
}

function presentContext(site: Site, repository: Repository, status: CommitStatus): Record<string, unknown> {
  return {
    url: `${repositoryApi(site, repository)}/statuses/${status.oid}`,
    avatar_url: `${site.url}/avatars/${status.creatorId}`,
    id: status.id,
    node_id: status.nodeId,
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}
