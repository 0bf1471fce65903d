import { validationFailed } from "../http/errors.ts";
import type { Issue, StateReason } from "../model/issue.ts";
import { timeOf } from "../site.ts";
import { pullOf } from "./find-issue.ts";
import { putIssue, recordEvent, tellThread } from "./issue-changes.ts";
import type { Writing } from "./writing.ts";

export interface StateChange {
  readonly state: "open" | "closed";
  readonly stateReason?: StateReason | null;
  /** The commit that closes it, when a merge does. */
  readonly commitId?: string;
}

/** Closes or reopens; closing a closed issue only changes the reason. Inside a transaction. */
export function setIssueState(writing: Writing, issue: Issue, change: StateChange): Issue {
  if (change.state === "open") return issue.state === "open" ? issue : reopen(writing, issue);
  const reason = issue.pullId === undefined ? closingReason(change.stateReason) : null;
  if (issue.state === "closed") {
    const same = change.stateReason === undefined || reason === issue.stateReason;
    return same ? issue : putIssue(writing, { ...issue, stateReason: reason });
  }
  return close(writing, issue, { reason, commitId: change.commitId });
}

function close(
  writing: Writing,
  issue: Issue,
  { reason, commitId }: { reason: StateReason | null; commitId: string | undefined },
): Issue {
  const closed = {
    state: "closed",
    stateReason: reason,
    closedAt: timeOf(writing.site),
    closedById: writing.account.id,
  } as const;
  const next = putIssue(writing, { ...issue, ...closed });
  recordEvent(writing, next, { event: "closed", commitId });
  tellThread(writing, next, { action: "closed" });
  return next;
}

function reopen(writing: Writing, issue: Issue): Issue {
  if (pullOf(writing.site, issue)?.merged) {
    const message = "state cannot be changed. The pull request was merged.";
    throw validationFailed({ resource: "PullRequest", field: "state", code: "invalid", message });
  }
  const stateReason = issue.pullId === undefined ? "reopened" : null;
  const next = putIssue(writing, { ...issue, state: "open", stateReason, closedAt: null, closedById: undefined });
  recordEvent(writing, next, { event: "reopened" });
  tellThread(writing, next, { action: "reopened" });
  return next;
}

function closingReason(reason: StateReason | null | undefined): StateReason {
  return reason === undefined || reason === null || reason === "reopened" ? "completed" : reason;
}
