import type { Handler } from "./handler.ts";
import { authorOf, repositoryOf, senderOf, wordsOf } from "./repository-of.ts";

/** A line that may be a command; what the app writes itself never has one. */
const slash = /^ {0,3}\//m;

/**
 * A new comment may hold commands, also a bot's: the configuration says which are obeyed. An edited one is none, which its
 * author is told; edited or deleted, it may have been ours.
 */
export const issueComment: Handler = (app, enqueue) => {
  app.on("issue_comment.created", ({ payload }) => {
    const repository = repositoryOf(payload);
    if (repository === undefined || (authorOf(payload)?.type === "Bot" && !slash.test(wordsOf(payload)))) return;
    enqueue({ kind: "issue", repository, issue: payload.issue.number });
  });
  app.on(["issue_comment.edited", "issue_comment.deleted"], ({ payload }) => {
    const repository = repositoryOf(payload);
    const author = authorOf(payload);
    if (repository === undefined) return;
    const { number: issue } = payload.issue;
    if (author?.type !== "Bot") {
      if (payload.action === "edited" && slash.test(wordsOf(payload))) enqueue({ kind: "issue", repository, issue });
      return;
    }
    // A bot that edits its own comment knows what it wrote.
    if (author.login !== senderOf(payload)?.login) enqueue({ kind: "comment", repository, issue });
  });
};
