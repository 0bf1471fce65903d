import type { Resolvers } from "./context.ts";
import { commitMutations } from "./mutations/commit.ts";
import { issueMutations } from "./mutations/issues.ts";
import { labelMutations } from "./mutations/labels.ts";
import { pullMutations } from "./mutations/pulls.ts";
import { refMutations } from "./mutations/refs.ts";
import { threadMutations } from "./mutations/threads.ts";
import { bot, user } from "./types/account.ts";
import { checkRun } from "./types/check.ts";
import { issueComment } from "./types/comment.ts";
import { commit } from "./types/commit.ts";
import { issue } from "./types/issue.ts";
import { label } from "./types/label.ts";
import { pullRequest, pullRequestCommit } from "./types/pull.ts";
import { query } from "./types/query.ts";
import { reaction } from "./types/reaction.ts";
import { ref } from "./types/ref.ts";
import { repository } from "./types/repository.ts";
import { pullRequestReview } from "./types/review.ts";
import { statusCheckRollup, statusContext } from "./types/rollup.ts";
import { blob, tree, treeEntry } from "./types/tree.ts";

/** Who answers the fields of each type; the executor hands each table only sources of its own type. */
export const resolvers: Readonly<Record<string, Resolvers<never>>> = {
  Blob: blob,
  Bot: bot,
  CheckRun: checkRun,
  Commit: commit,
  Issue: issue,
  IssueComment: issueComment,
  Label: label,
  Mutation: {
    ...issueMutations,
    ...labelMutations,
    ...threadMutations,
    ...pullMutations,
    ...refMutations,
    ...commitMutations,
  },
  PullRequest: pullRequest,
  PullRequestCommit: pullRequestCommit,
  PullRequestReview: pullRequestReview,
  Query: query,
  Reaction: reaction,
  Ref: ref,
  Repository: repository,
  StatusCheckRollup: statusCheckRollup,
  StatusContext: statusContext,
  Tree: tree,
  TreeEntry: treeEntry,
  User: user,
};

/** Types whose values are made by their parent in the schema's own shape. */
export const shapedTypes =
  /(Connection|Edge|Payload)$|^(PageInfo|RateLimit|SubIssuesSummary|IssueDependenciesSummary|GitActor|PullRequestChangedFile)$/;
