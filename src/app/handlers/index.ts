import type { Enqueue } from "../work.ts";
import { checks } from "./checks.ts";
import type { Handler } from "./handler.ts";
import { installation } from "./installation.ts";
import { issueComment } from "./issue-comment.ts";
import { issues } from "./issues.ts";
import { pullRequest } from "./pull-request.ts";
import { push } from "./push.ts";
import { repository } from "./repository.ts";
import { subIssues } from "./sub-issues.ts";

/** Every event the app listens to; `app.yml` subscribes to the same. */
export const handlers: readonly Handler[] = [
  issueComment,
  issues,
  subIssues,
  pullRequest,
  checks,
  push,
  installation,
  repository,
];

/** Makes a Probot app enqueue what its events speak of, and nothing else. */
export function registerHandlers(app: Parameters<Handler>[0], enqueue: Enqueue): void {
  for (const handler of handlers) handler(app, enqueue);
}
