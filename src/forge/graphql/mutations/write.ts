import type { Need } from "../../access/authorize.ts";
import { type Writing, writingIn } from "../../domain/writing.ts";
import type { Issue } from "../../model/issue.ts";
import type { Repository } from "../../model/repository.ts";
import { type Context, demand } from "../context.ts";

/** Runs one mutation field's effect as one transaction, after asking whether the actor may. */
export function write<Result>(
  context: Context,
  repository: Repository,
  need: Need,
  effect: (writing: Writing) => Result,
): Result {
  demand(context, repository, need);
  const writing = writingIn(context.site, context.actor, repository);
  return context.site.store.transaction(() => effect(writing));
}

/** What anybody who may read needs to speak in a thread; an app needs its permission. */
export const toSpeak = (issue?: Issue): Need => ({
  permission: issue?.pullId === undefined ? "issues" : ["pull_requests", "issues"],
  access: "write",
  role: "read",
});

/** What changing a thread takes: its author may, others need triage. */
export function toChange({ actor }: Context, issue: Issue): Need {
  const own = actor.kind === "user" && actor.account.id === issue.authorId;
  return { ...toSpeak(issue), role: own ? "read" : "triage" };
}
