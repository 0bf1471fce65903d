import { z } from "zod";
import { repositoryFor } from "../access/authorize.ts";
import { createStatus } from "../domain/statuses.ts";
import { writingIn } from "../domain/writing.ts";
import { readCommit } from "../git/commits.ts";
import { isOid } from "../git/names.ts";
import { type Call, parseBody } from "../http/call.ts";
import { invalid } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { created, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { statusStates } from "../model/status.ts";
import { presentCombinedStatus, presentStatus } from "../present/status.ts";
import { commitOf } from "./check-runs.ts";

/** Commit statuses: what reports about a commit without being an app. */
export const statusRoutes: readonly Route[] = [
  route("POST /repos/{owner}/{repo}/statuses/{sha}", create),
  route("GET /repos/{owner}/{repo}/commits/{ref}/status", combined),
  route("GET /repos/{owner}/{repo}/commits/{ref}/statuses", list),
];

const reading = { permission: "statuses", access: "read" } as const;

const newStatus = z.object({
  state: z.enum(statusStates),
  context: z.string().optional(),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
});

async function create(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, { permission: "statuses", access: "write" });
  const { target_url: targetUrl, ...fields } = await parseBody(call, newStatus);
  const sha = call.parameter("sha");
  const commit = isOid(sha) ? await readCommit(call.site.git.folder(repository.id), sha) : undefined;
  if (commit === undefined) throw invalid(`No commit found for SHA: ${sha}`);
  const writing = writingIn(call.site, call.actor, repository);
  const status = call.site.store.transaction(() => createStatus(writing, commit, { ...fields, targetUrl }));
  return created(presentStatus(call.site, repository, status));
}

async function combined(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, reading);
  return ok(presentCombinedStatus(call.site, repository, await commitOf(call, repository)));
}

async function list(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, reading);
  const oid = await commitOf(call, repository);
  const statuses = call.site.store.statuses.list("byCommit", [repository.id, oid]).reverse();
  return page(call, statuses, (status) => presentStatus(call.site, repository, status));
}
