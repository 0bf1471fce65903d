import { suiteState } from "../domain/check-suites.ts";
import type { CheckSuite } from "../model/check.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { presentAppById } from "./app-by-id.ts";
import { presentPullsAt } from "./pull-minimal.ts";
import { presentRepository, repositoryApi } from "./repository.ts";

/** GitHub's `simple-check-suite`, as a check run tells of it. */
export function presentSuiteSummary(site: Site, repository: Repository, suite: CheckSuite): Record<string, unknown> {
  const { status, conclusion } = suiteState(site, suite);
  return {
    id: suite.id,
    node_id: suite.nodeId,
    head_branch: suite.headBranch,
    head_sha: suite.headOid,
    status,
    conclusion,
    url: `${repositoryApi(site, repository)}/check-suites/${suite.id}`,
    before: null,
    after: suite.headOid,
    pull_requests: presentPullsAt(site, repository, suite.headOid),
    app: presentAppById(site, suite.appId),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
  };
}

/** GitHub's `check-suite`. */
export function presentCheckSuite(site: Site, repository: Repository, suite: CheckSuite): Record<string, unknown> {
  const { tree, message, author, committer } = suite.headCommit;
  return {
    ...presentSuiteSummary(site, repository, suite),
    repository: presentRepository(site, repository),
    head_commit: {
      id: suite.headOid,
      tree_id: tree,
      message,
      timestamp: committer.date,
      author: { name: author.name, email: author.email },
      committer: { name: committer.name, email: committer.email },
    },
    latest_check_runs_count: suiteState(site, suite).runs.length,
    check_runs_url: `${repositoryApi(site, repository)}/check-suites/${suite.id}/check-runs`,
    rerequestable: true,
    runs_rerequestable: true,
  };
}
