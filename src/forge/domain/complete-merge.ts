import { timeOf } from "../site.ts";
import { issuesClosedBy } from "./closing-issues.ts";
import { issueOf } from "./find-issue.ts";
import { recordEvent } from "./issue-changes.ts";
import { setIssueState } from "./issue-state.ts";
import type { Writing } from "./writing.ts";

/** Marks a pull request merged in the writer's name and closes what its text closes; once. Inside a transaction. */
export function completeMerge(
  writing: Writing,
  pullId: number,
  { headOid, commitOid }: { headOid: string; commitOid: string },
): void {
  const { site, repository, account } = writing;
  const pull = site.store.pulls.get(pullId);
  if (pull === undefined || pull.merged) return;
  const merged = site.store.pulls.put({
    ...pull,
    head: { ...pull.head, oid: headOid },
    merged: true,
    mergedAt: timeOf(site),
    mergedById: account.id,
    mergeCommitOid: commitOid,
    intendedMerge: undefined,
  });
  const issue = issueOf(site, merged);
  recordEvent(writing, issue, { event: "merged", commitId: commitOid });
  setIssueState(writing, issue, { state: "closed", commitId: commitOid });
  for (const closed of issuesClosedBy(site, repository, merged)) {
    setIssueState(writing, closed, { state: "closed", stateReason: "completed", commitId: commitOid });
  }
}
