import type { Repository } from "../model/repository.ts";
import type { Review } from "../model/review.ts";
import type { Site } from "../site.ts";
import { presentAccountById } from "./account.ts";
import { associationOf } from "./association.ts";
import { repositoryApi, repositoryPage } from "./repository.ts";

/** GitHub's `pull-request-review`. */
export function presentReview(site: Site, repository: Repository, review: Review): Record<string, unknown> {
  const number = site.store.pulls.get(review.pullId)?.number ?? 0;
  const pull = `${repositoryApi(site, repository)}/pulls/${number}`;
  const page = `${repositoryPage(site, repository)}/pull/${number}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: review.nodeId,
    user: presentAccountById(site, review.authorId),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pull,
    _links: { html: { href: page }, pull_request: { href: pull } },
    submitted_at: review.submittedAt,
    commit_id: review.commitOid,
    author_association: associationOf(site, repository, review.authorId),
  };
}
