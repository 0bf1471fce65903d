import { z } from "zod";
import { currentIssue } from "../domain/find-issue.ts";
import { addIssueLabels, labelsOf, removeIssueLabels, setIssueLabels } from "../domain/issue-labels.ts";
import { labelIdsByName } from "../domain/labels.ts";
import { writingIn } from "../domain/writing.ts";
import { type Call, parseBody } from "../http/call.ts";
import { HttpError } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { noContent, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Issue } from "../model/issue.ts";
import type { Repository } from "../model/repository.ts";
import { presentLabel } from "../present/label.ts";
import { labelNamed } from "./labels.ts";
import { threadFor, toRead, toTriage } from "./thread.ts";

/** The labels of an issue or pull request. */
export const issueLabelRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/issues/{issue_number}/labels", list),
  route("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", (call) => change(call, addIssueLabels)),
  route("PUT /repos/{owner}/{repo}/issues/{issue_number}/labels", (call) => change(call, setIssueLabels)),
  route("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels", clear),
  route("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", remove),
];

function list(call: Call): Reply {
  const { repository, issue } = threadFor(call, toRead);
  return page(call, labelsOf(call, issue), (label) => presentLabel(call.site, repository, label));
}

const name = z.union([z.string(), z.object({ name: z.string() }).transform((label) => label.name)]);
const names = z.union([
  z.array(name),
  name.transform((one) => [one]),
  z.object({ labels: z.array(name).default([]) }).transform(({ labels }) => labels),
]);

async function change(call: Call, how: typeof addIssueLabels): Promise<Reply> {
  const { repository, issue } = threadFor(call, toTriage);
  const wanted = await parseBody(call, names);
  const writing = writingIn(call.site, call.actor, repository);
  const next = call.site.store.transaction(() =>
    how(writing, currentIssue(call.site, issue.id), labelIdsByName(writing, wanted)),
  );
  return ok(shown(call, repository, next));
}

function clear(call: Call): Reply {
  const { repository, issue } = threadFor(call, toTriage);
  const writing = writingIn(call.site, call.actor, repository);
  call.site.store.transaction(() => setIssueLabels(writing, issue, []));
  return noContent();
}

function remove(call: Call): Reply {
  const { repository, issue } = threadFor(call, toTriage);
  const label = labelNamed(call, repository);
  if (!issue.labelIds.includes(label.id)) throw new HttpError(404, "Label does not exist");
  const writing = writingIn(call.site, call.actor, repository);
  const next = call.site.store.transaction(() => removeIssueLabels(writing, issue, [label.id]));
  return ok(shown(call, repository, next));
}

function shown(call: Call, repository: Repository, issue: Issue): Record<string, unknown>[] {
  return labelsOf(call, issue).map((label) => presentLabel(call.site, repository, label));
}
