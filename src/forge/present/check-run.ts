import type { CheckRun } from "../model/check.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { presentAppById } from "./app-by-id.ts";
import { presentSuiteSummary } from "./check-suite.ts";
import { presentPullsAt } from "./pull-minimal.ts";
import { repositoryApi, repositoryPage } from "./repository.ts";

/** GitHub's `check-run`. */
export function presentCheckRun(site: Site, repository: Repository, run: CheckRun): Record<string, unknown> {
  const url = `${repositoryApi(site, repository)}/check-runs/${run.id}`;
  const page = `${repositoryPage(site, repository)}/runs/${run.id}`;
  const suite = site.store.checkSuites.get(run.suiteId);
  return {
    id: run.id,
    node_id: run.nodeId,
    head_sha: run.headOid,
    name: run.name,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      ...run.output,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: suite === undefined ? null : presentSuiteSummary(site, repository, suite),
    app: presentAppById(site, run.appId),
    pull_requests: presentPullsAt(site, repository, run.headOid),
  };
}
