import type { Route } from "../http/route.ts";
import { accessTokenRoutes } from "./access-tokens.ts";
import { appRoutes } from "./apps.ts";
import { branchRuleRoutes } from "./branch-rules.ts";
import { checkRunRoutes } from "./check-runs.ts";
import { collaboratorRoutes } from "./collaborators.ts";
import { commitRoutes } from "./commits.ts";
import { contentRoutes } from "./contents.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { dependencyRoutes } from "./dependencies.ts";
import { gitObjectRoutes } from "./git-objects.ts";
import { gitRefRoutes } from "./git-refs.ts";
import { issueCommentRoutes } from "./issue-comments.ts";
import { issueEventRoutes } from "./issue-events.ts";
import { issueLabelRoutes } from "./issue-labels.ts";
import { issueRoutes } from "./issues.ts";
import { labelRoutes } from "./labels.ts";
import { metaRoutes } from "./meta.ts";
import { pullContentRoutes } from "./pull-contents.ts";
import { pullMergeRoutes } from "./pull-merge.ts";
import { pullRoutes } from "./pulls.ts";
import { reactionRoutes } from "./reactions.ts";
import { repositoryRoutes } from "./repositories.ts";
import { reviewRoutes } from "./reviews.ts";
import { statusRoutes } from "./statuses.ts";
import { subIssueRoutes } from "./sub-issues.ts";
import { userRoutes } from "./users.ts";

/** Every REST route, one list per resource. */
export const restRoutes: readonly Route[] = [
  ...metaRoutes,
  ...accessTokenRoutes,
  ...appRoutes,
  ...collaboratorRoutes,
  ...commitRoutes,
  ...contentRoutes,
  ...deliveryRoutes,
  ...gitObjectRoutes,
  ...gitRefRoutes,
  ...repositoryRoutes,
  ...userRoutes,
  // `issues/comments` and `issues/events` before `issues/{issue_number}`.
  ...issueCommentRoutes,
  ...issueEventRoutes,
  ...issueRoutes,
  ...labelRoutes,
  ...issueLabelRoutes,
  ...reactionRoutes,
  ...subIssueRoutes,
  ...dependencyRoutes,
  ...pullRoutes,
  ...pullContentRoutes,
  ...pullMergeRoutes,
  ...reviewRoutes,
  ...checkRunRoutes,
  ...statusRoutes,
  ...branchRuleRoutes,
];
