import type { Comment } from "../model/comment.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { presentAccountById } from "./account.ts";
import { presentAppById } from "./app-by-id.ts";
import { associationOf } from "./association.ts";
import { presentReactionCounts } from "./reaction.ts";
import { repositoryApi, repositoryPage } from "./repository.ts";

/** GitHub's `issue-comment`. */
export function presentComment(site: Site, repository: Repository, comment: Comment): Record<string, unknown> {
  const api = repositoryApi(site, repository);
  const url = `${api}/issues/comments/${comment.id}`;
  const issue = site.store.issues.get(comment.issueId);
  const kind = issue?.pullId === undefined ? "issues" : "pull";
  return {
    id: comment.id,
    node_id: comment.nodeId,
    url,
    html_url: `${repositoryPage(site, repository)}/${kind}/${issue?.number ?? 0}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${issue?.number ?? 0}`,
    body: comment.body,
    user: presentAccountById(site, comment.authorId),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(site, repository, comment.authorId),
    performed_via_github_app: presentAppById(site, comment.appId),
    reactions: presentReactionCounts(site, { subject: "comment", subjectId: comment.id }, url),
    pin: presentPin(site, comment),
    minimized: null,
  };
}

function presentPin(site: Site, { pinnedAt, pinnedById }: Comment): Record<string, unknown> | null {
  return pinnedAt === undefined ? null : { pinned_at: pinnedAt, pinned_by: presentAccountById(site, pinnedById) };
}
