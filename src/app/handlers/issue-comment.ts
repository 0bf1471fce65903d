import type { Handler } from "./handler.ts";
import { repositoryOf } from "./repository-of.ts";

/** A new comment may hold commands; an edited or deleted one is none. */
export const issueComment: Handler = (app, enqueue) => {
  app.on("issue_comment.created", ({ payload }) => {
    const repository = repositoryOf(payload);
    if (repository !== undefined) enqueue({ kind: "issue", repository, issue: payload.issue.number });
  });
};
