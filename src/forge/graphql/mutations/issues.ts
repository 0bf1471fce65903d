import { addBlocker, removeBlocker } from "../../domain/dependencies.ts";
import { currentIssue } from "../../domain/find-issue.ts";
import { setIssueState } from "../../domain/issue-state.ts";
import { createIssue, updateIssue } from "../../domain/issues.ts";
import { addSubIssue, removeSubIssue } from "../../domain/sub-issues.ts";
import type { Issue, StateReason } from "../../model/issue.ts";
import { type Context, demand, type Resolvers } from "../context.ts";
import { refused } from "../errors.ts";
import { issueByNode, labelIdsByNode, repositoryByNode } from "../inputs.ts";
import type { IssueSource } from "../source.ts";
import { actorOf, echo, type Input } from "./input.ts";
import { toChange, toSpeak, write } from "./write.ts";

interface NewIssue {
  readonly repositoryId: string;
  readonly title: string;
  readonly body?: string | null;
  readonly labelIds?: readonly string[] | null;
  readonly parentIssueId?: string | null;
}

interface IssueFields {
  readonly id: string;
  readonly title?: string | null;
  readonly body?: string | null;
  readonly state?: "OPEN" | "CLOSED" | null;
  readonly labelIds?: readonly string[] | null;
}

interface Pair {
  readonly issueId: string;
}

/** Mutations of issues, their parents and what blocks them. */
export const issueMutations: Resolvers<undefined> = {
  createIssue: (_, { input }: Input<NewIssue>, context) => {
    const repository = repositoryByNode(context, input.repositoryId);
    const labelIds = labelIdsByNode(context, repository, input.labelIds ?? []);
    const parent = input.parentIssueId == null ? undefined : issueByNode(context, input.parentIssueId);
    if (parent !== undefined) demand(context, parent.repository, toChange(context, parent.row));
    const issue = write(context, repository, toSpeak(), (writing) => {
      const made = createIssue(writing, { title: input.title, body: input.body ?? null, labelIds });
      if (parent === undefined) return made;
      addSubIssue({ ...writing, repository: parent.repository }, currentIssue(context.site, parent.row.id), {
        child: made,
      });
      return currentIssue(context.site, made.id);
    });
    return { ...echo(input), issue: shown(issue) };
  },
  updateIssue: (_, { input }: Input<IssueFields>, context) => {
    const { row, repository } = issueByNode(context, input.id);
    const labelIds = input.labelIds == null ? undefined : labelIdsByNode(context, repository, input.labelIds);
    const state = input.state == null ? undefined : input.state === "OPEN" ? "open" : "closed";
    const change = { title: input.title ?? undefined, body: input.body ?? undefined, state, labelIds } as const;
    const issue = write(context, repository, toChange(context, row), (writing) => updateIssue(writing, row, change));
    return { ...echo(input), issue: shown(issue), actor: actorOf(context) };
  },
  closeIssue: (_, { input }: Input<Pair & { stateReason?: string | null }>, context) => {
    const stateReason = input.stateReason == null ? undefined : closingReasons[input.stateReason];
    return { ...echo(input), issue: shown(setState(context, input.issueId, { state: "closed", stateReason })) };
  },
  reopenIssue: (_, { input }: Input<Pair>, context) => {
    return { ...echo(input), issue: shown(setState(context, input.issueId, { state: "open" })) };
  },
  addSubIssue: (
    _,
    { input }: Input<Pair & { subIssueId?: string | null; replaceParent?: boolean | null }>,
    context,
  ) => {
    if (input.subIssueId == null)
      throw refused("UNPROCESSABLE", "The embedded forge needs `subIssueId`; it does not read `subIssueUrl`.");
    const { row, repository } = issueByNode(context, input.issueId);
    const child = issueByNode(context, input.subIssueId).row;
    const options = { child, replaceParent: input.replaceParent ?? false };
    const parent = write(context, repository, toChange(context, row), (writing) => addSubIssue(writing, row, options));
    return { ...echo(input), issue: shown(parent), subIssue: shown(currentIssue(context.site, child.id)) };
  },
  removeSubIssue: (_, { input }: Input<Pair & { subIssueId: string }>, context) => {
    const { row, repository } = issueByNode(context, input.issueId);
    const child = issueByNode(context, input.subIssueId).row;
    const parent = write(context, repository, toChange(context, row), (writing) => removeSubIssue(writing, row, child));
    return { ...echo(input), issue: shown(parent), subIssue: shown(currentIssue(context.site, child.id)) };
  },
  addBlockedBy: (_, { input }: Input<Pair & { blockingIssueId: string }>, context) => {
    const { row, repository } = issueByNode(context, input.issueId);
    const blocker = issueByNode(context, input.blockingIssueId).row;
    const issue = write(context, repository, toChange(context, row), (writing) => addBlocker(writing, row, blocker));
    return { ...echo(input), issue: shown(issue), blockingIssue: shown(currentIssue(context.site, blocker.id)) };
  },
  removeBlockedBy: (_, { input }: Input<Pair & { blockingIssueId: string }>, context) => {
    const { row, repository } = issueByNode(context, input.issueId);
    const blocker = issueByNode(context, input.blockingIssueId).row;
    const issue = write(context, repository, toChange(context, row), (writing) => removeBlocker(writing, row, blocker));
    return { ...echo(input), issue: shown(issue), blockingIssue: shown(currentIssue(context.site, blocker.id)) };
  },
};

const closingReasons: Readonly<Record<string, StateReason>> = {
  COMPLETED: "completed",
  DUPLICATE: "duplicate",
  NOT_PLANNED: "not_planned",
};

function setState(context: Context, id: string, change: Parameters<typeof setIssueState>[2]): Issue {
  const { row, repository } = issueByNode(context, id);
  return write(context, repository, toChange(context, row), (writing) => setIssueState(writing, row, change));
}

function shown(row: Issue): IssueSource {
  return { __typename: "Issue", row };
}
