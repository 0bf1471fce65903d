import { z } from "zod";
import { authorize } from "../access/authorize.ts";
import { mergePull } from "../domain/merge-pull.ts";
import { writingIn } from "../domain/writing.ts";
import { type Call, parseBody } from "../http/call.ts";
import { notFound } from "../http/errors.ts";
import { noContent, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { mergeMethods } from "../model/pull.ts";
import { pullFor } from "./thread.ts";

/** Whether a pull request was merged, and merging it. */
export const pullMergeRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/merge", isMerged),
  route("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", merge),
];

function isMerged(call: Call): Reply {
  const { pull } = pullFor(call, { access: "read" });
  if (!pull.merged) throw notFound();
  return noContent();
}

const request = z.object({
  commit_title: z.string().nullish(),
  commit_message: z.string().nullish(),
  sha: z.string().nullish(),
  merge_method: z.enum(mergeMethods).nullish(),
});

async function merge(call: Call): Promise<Reply> {
  const { repository, pull } = pullFor(call, { access: "read" });
  // Merging writes a commit: it is the contents an app must be allowed to write.
  const refusal = authorize(call.site, call.actor, repository, {
    permission: "contents",
    access: "write",
    role: "write",
  });
  if (refusal !== undefined) throw refusal;
  const fields = await parseBody(call, request);
  const merged = await mergePull(writingIn(call.site, call.actor, repository), pull, {
    method: fields.merge_method ?? "merge",
    expectedHead: fields.sha ?? undefined,
    title: fields.commit_title ?? undefined,
    message: fields.commit_message ?? undefined,
  });
  return ok({ sha: merged.mergeCommitOid, merged: true, message: "Pull Request successfully merged" });
}
