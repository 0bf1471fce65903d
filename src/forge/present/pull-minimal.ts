import type { Pull, PullEnd } from "../model/pull.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { repositoryApi } from "./repository.ts";

/** GitHub's `pull-request-minimal` of each open pull request whose head is the commit. */
export function presentPullsAt(site: Site, repository: Repository, oid: string): Record<string, unknown>[] {
  return site.store.pulls
    .list("byHeadOid", [repository.id, oid])
    .filter((pull) => site.store.issues.get(pull.issueId)?.state === "open")
    .map((pull) => presentMinimal(site, repository, pull));
}

function presentMinimal(site: Site, repository: Repository, pull: Pull): Record<string, unknown> {
  const api = repositoryApi(site, repository);
  const end = ({ ref, oid }: PullEnd) => ({
    ref,
    sha: oid,
    repo: { id: repository.id, url: api, name: repository.name },
  });
  return {
    id: pull.id,
    number: pull.number,
    url: `${api}/pulls/${pull.number}`,
    head: end(pull.head),
    base: end(pull.base),
  };
}
