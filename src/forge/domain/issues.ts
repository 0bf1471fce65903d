import type { Issue, StateReason } from "../model/issue.ts";
import { nodeId } from "../model/node-id.ts";
import { timeOf } from "../site.ts";
import { putIssue, recordEvent, tellThread } from "./issue-changes.ts";
import { setIssueLabels, tellLabels } from "./issue-labels.ts";
import { setIssueState } from "./issue-state.ts";
import { checkBody, checkTitle, fits } from "./text-limits.ts";
import { mayTriage, type Writing } from "./writing.ts";

export interface NewIssue {
  readonly title: string;
  readonly body: string | null;
  readonly labelIds?: readonly number[];
  readonly assigneeIds?: readonly number[];
}

/** Opens an issue; labels and assignees are dropped when the writer may not set them. Inside a transaction. */
export function createIssue(writing: Writing, { title, body, labelIds = [], assigneeIds = [] }: NewIssue): Issue {
  checkTitle("Issue", title);
  checkBody("Issue", body);
  const issue = putThread(writing, { title, body, labelIds, assigneeIds });
  tellThread(writing, issue, { action: "opened" });
  tellLabels(writing, issue);
  return issue;
}

/** Writes the row that an issue and the issue half of a pull request share; tells nobody. */
export function putThread(writing: Writing, input: Required<NewIssue> & { pullId?: number }): Issue {
  const { site, repository, account, appId } = writing;
  const { title, body, labelIds, assigneeIds, pullId } = input;
  const id = site.store.nextId();
  const kept = mayTriage(writing);
  return site.store.issues.put({
    id,
    nodeId: nodeId("issue", id),
    repositoryId: repository.id,
    number: site.store.nextNumber(repository.id),
    title,
    body,
    authorId: account.id,
    appId,
    state: "open",
    stateReason: null,
    labelIds: kept ? [...new Set(labelIds)] : [],
    assigneeIds: kept ? [...new Set(assigneeIds)] : [],
    parentId: undefined,
    subIssueIds: [],
    blockedByIds: [],
    pinnedCommentId: undefined,
    commentCount: 0,
    locked: false,
    pullId,
    createdAt: timeOf(site),
    updatedAt: timeOf(site),
    editedAt: undefined,
    editorId: undefined,
    closedAt: null,
    closedById: undefined,
  });
}

export interface IssueChange {
  readonly title?: string;
  readonly body?: string | null;
  readonly state?: "open" | "closed";
  readonly stateReason?: StateReason | null;
  readonly labelIds?: readonly number[];
  readonly assigneeIds?: readonly number[];
}

/** Changes an issue, or the issue half of a pull request; only real changes raise events. Inside a transaction. */
export function updateIssue(writing: Writing, issue: Issue, change: IssueChange): Issue {
  let current = editText(writing, issue, change);
  if (change.labelIds !== undefined) current = setIssueLabels(writing, current, change.labelIds);
  if (change.assigneeIds !== undefined) current = setAssignees(writing, current, change.assigneeIds);
  if (change.state !== undefined) {
    const { state, stateReason } = change;
    current = setIssueState(writing, current, { state, stateReason });
  }
  return current;
}

// GitHub answers 200 to an over-long body of an existing issue and keeps the old text.
function editText(writing: Writing, issue: Issue, { title = issue.title, body }: IssueChange): Issue {
  const text = body === undefined || !fits(body) ? issue.body : body;
  if (title === issue.title && text === issue.body) return issue;
  checkTitle("Issue", title);
  const edit = text === issue.body ? {} : { editedAt: timeOf(writing.site), editorId: writing.account.id };
  const next = putIssue(writing, { ...issue, title, body: text, ...edit });
  const changes = {
    ...(title === issue.title ? {} : { title: { from: issue.title } }),
    ...(text === issue.body ? {} : { body: { from: issue.body ?? "" } }),
  };
  if (title !== issue.title) recordEvent(writing, next, { event: "renamed", rename: { from: issue.title, to: title } });
  tellThread(writing, next, { action: "edited", fields: { changes } });
  return next;
}

function setAssignees(writing: Writing, issue: Issue, assigneeIds: readonly number[]): Issue {
  if (!mayTriage(writing)) return issue;
  const wanted = [...new Set(assigneeIds)];
  const added = wanted.filter((id) => !issue.assigneeIds.includes(id));
  const removed = issue.assigneeIds.filter((id) => !wanted.includes(id));
  if (added.length + removed.length === 0) return issue;
  const next = putIssue(writing, { ...issue, assigneeIds: wanted });
  for (const assigneeId of added) recordEvent(writing, next, { event: "assigned", assigneeId });
  for (const assigneeId of removed) recordEvent(writing, next, { event: "unassigned", assigneeId });
  return next;
}
