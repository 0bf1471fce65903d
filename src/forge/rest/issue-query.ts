import type { Call } from "../http/call.ts";
import { invalid } from "../http/errors.ts";
import type { Issue } from "../model/issue.ts";
import type { Repository } from "../model/repository.ts";
import { sinceOf, sorted } from "./since.ts";

/** The issues and pull requests that the query asks for, in the order it asks for. */
export function queriedIssues(call: Call, repository: Repository): Issue[] {
  const filters = [byState(call), byLabels(call, repository), bySince(call), ...byPeople(call), byMilestone(call)];
  const rows = candidates(call, repository).filter((issue) => filters.every((keeps) => keeps(issue)));
  return sorted(call, rows, {
    otherwise: "created",
    keys: {
      created: (issue) => issue.number,
      updated: (issue) => issue.updatedAt,
      comments: (issue) => issue.commentCount,
    },
  });
}

type Keeps = (issue: Issue) => boolean;

// The narrowest index that holds everything asked for.
function candidates(call: Call, repository: Repository): Issue[] {
  const { issues } = call.site.store;
  const [first] = labelsAsked(call, repository);
  if (first !== undefined) return first.id === undefined ? [] : issues.list("byLabel", [first.id]);
  return issues.list((call.query("state") ?? "open") === "open" ? "open" : "byNumber", [repository.id]);
}

function labelsAsked(call: Call, repository: Repository): { id: number | undefined }[] {
  const names = (call.query("labels") ?? "").split(",").filter((name) => name !== "");
  return names.map((name) => ({ id: call.site.store.labels.find("byName", [repository.id, name.toLowerCase()])?.id }));
}

function byLabels(call: Call, repository: Repository): Keeps {
  const wanted = labelsAsked(call, repository);
  return (issue) => wanted.every(({ id }) => id !== undefined && issue.labelIds.includes(id));
}

function byState(call: Call): Keeps {
  const state = call.query("state") ?? "open";
  if (!["open", "closed", "all"].includes(state))
    throw invalid(`state: ${JSON.stringify(state)} is not open, closed or all`);
  return (issue) => state === "all" || issue.state === state;
}

function bySince(call: Call): Keeps {
  const since = sinceOf(call);
  return (issue) => since === undefined || issue.updatedAt >= since;
}

function byPeople(call: Call): Keeps[] {
  const creator = call.query("creator");
  const assignee = call.query("assignee");
  const mentioned = call.query("mentioned");
  const id = (login: string) => call.site.store.accounts.find("byLogin", [login.toLowerCase()])?.id ?? 0;
  return [
    creator === undefined ? () => true : ({ authorId }) => authorId === id(creator),
    assignee === undefined ? () => true : ({ assigneeIds }) => assigned(assigneeIds, assignee, id),
    mentioned === undefined ? () => true : ({ body }) => (body ?? "").includes(`@${mentioned}`),
  ];
}

function assigned(ids: readonly number[], asked: string, id: (login: string) => number): boolean {
  if (asked === "none") return ids.length === 0;
  return asked === "*" ? ids.length > 0 : ids.includes(id(asked));
}

// There are no milestones, so whoever asks for one finds nothing.
function byMilestone(call: Call): Keeps {
  const milestone = call.query("milestone");
  return () => milestone === undefined || milestone === "none";
}
