import { notFound, validationFailed } from "../http/errors.ts";
import type { Pull } from "../model/pull.ts";
import { branchEnd, compare, refuseDouble } from "./create-pull.ts";
import { currentIssue, issueOf } from "./find-issue.ts";
import { putIssue, recordEvent, tellThread } from "./issue-changes.ts";
import { type IssueChange, updateIssue } from "./issues.ts";
import { movePullRef } from "./pull-refs.ts";
import { checkBody } from "./text-limits.ts";
import type { Writing } from "./writing.ts";

export interface PullChange extends Omit<IssueChange, "stateReason"> {
  /** Branch to merge into instead. */
  readonly base?: string;
  readonly maintainerCanModify?: boolean;
}

/** Changes a pull request; 422 when it cannot be reopened or moved so. Makes its own transaction. */
export async function updatePull(writing: Writing, pull: Pull, change: PullChange): Promise<Pull> {
  const { site, repository } = writing;
  checkBody("PullRequest", change.body);
  return site.announceInTurn(repository.id, async () => {
    const reopens = change.state === "open" && issueOf(site, pull).state === "closed";
    if (reopens && current(writing, pull).merged) throw cannotReopen("The pull request was merged.");
    const ends = reopens || change.base !== undefined ? await newEnds(writing, pull, change.base) : undefined;
    const next = site.store.transaction(() => write(writing, pull, { change, ends }));
    if (ends !== undefined) await movePullRef(site, pull, next.head.oid);
    return next;
  });
}

/** Makes a pull request a draft, or a draft ready for review. Inside a transaction. */
export function setDraft(writing: Writing, pull: Pull, draft: boolean): Pull {
  if (pull.draft === draft) return pull;
  const next = writing.site.store.pulls.put({ ...pull, draft });
  const issue = putIssue(writing, issueOf(writing.site, pull));
  recordEvent(writing, issue, { event: draft ? "convert_to_draft" : "ready_for_review" });
  tellThread(writing, issue, { action: draft ? "converted_to_draft" : "ready_for_review" });
  return next;
}

type Ends = Awaited<ReturnType<typeof newEnds>>;

function write(writing: Writing, pull: Pull, { change, ends }: { change: PullChange; ends: Ends | undefined }): Pull {
  const { site } = writing;
  const before = current(writing, pull);
  if (ends !== undefined) refuseDouble(writing, ends.head, ends.base, pull.id);
  const maintainerCanModify = change.maintainerCanModify ?? before.maintainerCanModify;
  site.store.pulls.put({ ...before, ...ends, maintainerCanModify });
  updateIssue(writing, currentIssue(site, pull.issueId), change);
  if (ends !== undefined && ends.base.ref !== before.base.ref) tellBase(writing, before);
  return current(writing, pull);
}

async function newEnds(writing: Writing, pull: Pull, base = pull.base.ref) {
  const head = await branchEnd(writing, "head", pull.head.ref).catch(() => {
    throw cannotReopen("The head branch was deleted.");
  });
  const target = await branchEnd(writing, "base", base);
  return { head, base: target, ...(await compare(writing, head, target)) };
}

function tellBase(writing: Writing, before: Pull): void {
  const issue = currentIssue(writing.site, before.issueId);
  const changes = { base: { ref: { from: before.base.ref }, sha: { from: before.base.oid } } };
  recordEvent(writing, issue, { event: "base_ref_changed" });
  tellThread(writing, issue, { action: "edited", fields: { changes } });
}

function current({ site }: Writing, pull: Pull): Pull {
  const now = site.store.pulls.get(pull.id);
  if (now === undefined) throw notFound();
  return now;
}

const cannotReopen = (reason: string) =>
  validationFailed({
    resource: "PullRequest",
    field: "state",
    code: "invalid",
    message: `state cannot be changed. ${reason}`,
  });
