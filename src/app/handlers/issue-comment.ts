import type { Handler } from "./handler.ts";
import { authorOf, repositoryOf, senderOf } from "./repository-of.ts";

/** A new comment may hold commands, unless a bot wrote it; an edited or deleted one is none, but may have been ours. */
export const issueComment: Handler = (app, enqueue) => {
  app.on("issue_comment.created", ({ payload }) => {
    const repository = repositoryOf(payload);
    if (repository === undefined || authorOf(payload)?.type === "Bot") return;
    enqueue({ kind: "issue", repository, issue: payload.issue.number });
  });
  app.on(["issue_comment.edited", "issue_comment.deleted"], ({ payload }) => {
    const repository = repositoryOf(payload);
    const author = authorOf(payload);
    // A bot that edits its own comment knows what it wrote.
    if (repository === undefined || author?.type !== "Bot" || author.login === senderOf(payload)?.login) return;
    enqueue({ kind: "comment", repository, issue: payload.issue.number });
  });
};
