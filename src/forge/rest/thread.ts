import { authorize, type Need, repositoryFor } from "../access/authorize.ts";
import { issueByNumber, pullByNumber } from "../domain/find-issue.ts";
import type { Call } from "../http/call.ts";
import { notFound } from "../http/errors.ts";
import type { Access } from "../model/app.ts";
import type { Issue } from "../model/issue.ts";
import type { Pull } from "../model/pull.ts";
import type { Repository, Role } from "../model/repository.ts";

export interface Thread {
  readonly repository: Repository;
  readonly issue: Issue;
}

/** What may be done to a thread, and which people may; `author` adds the one who opened it. */
export interface ThreadNeed {
  readonly access: Access;
  readonly role: Role;
  readonly author?: boolean;
}

export const toRead: ThreadNeed = { access: "read", role: "read" };
/** Anybody who may read may speak. */
export const toSpeak: ThreadNeed = { access: "write", role: "read" };
export const toTriage: ThreadNeed = { access: "write", role: "triage" };
export const toChange: ThreadNeed = { access: "write", role: "triage", author: true };

/** The issue or pull request of `{issue_number}`, if the actor may do this to it; else 404, 410, 401 or 403. */
export function threadFor(call: Call, need: ThreadNeed): Thread {
  const repository = repositoryFor(call, { permission: either, access: "read", role: "read" });
  const issue = issueByNumber(call.site, repository, numberOf(call, "issue_number"));
  demandThread(call, { repository, issue }, need);
  return { repository, issue };
}

/** 401, 403 or 404 unless the actor may do this to the thread. */
export function demandThread(call: Call, { repository, issue }: Thread, need: ThreadNeed): void {
  const own = need.author === true && call.actor.kind === "user" && call.actor.account.id === issue.authorId;
  const refusal = authorize(call.site, call.actor, repository, {
    permission: issue.pullId === undefined ? "issues" : either,
    access: need.access,
    role: own ? "read" : need.role,
  });
  if (refusal !== undefined) throw refusal;
}

/** The pull request of `{pull_number}`, if the actor may do this. */
export function pullFor(call: Call, need: Omit<Need, "permission">): { repository: Repository; pull: Pull } {
  const repository = repositoryFor(call, { permission: "pull_requests", ...need });
  return { repository, pull: pullByNumber(call.site, repository, numberOf(call, "pull_number")) };
}

/** A whole number of the path; 404 when it is something else. */
export function numberOf(call: Call, name: string): number {
  const text = call.parameter(name);
  if (!/^\d{1,15}$/.test(text)) throw notFound();
  return Number(text);
}

export const either = ["issues", "pull_requests"] as const;
