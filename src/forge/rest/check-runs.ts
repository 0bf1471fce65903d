import { z } from "zod";
import { repositoryFor } from "../access/authorize.ts";
import { latestRuns } from "../domain/check-rollup.ts";
import { type CheckRunFields, createCheckRun, updateCheckRun } from "../domain/check-runs.ts";
import { writingIn } from "../domain/writing.ts";
import { readCommit } from "../git/commits.ts";
import { isOid } from "../git/names.ts";
import { resolveCommit } from "../git/refs.ts";
import { type Call, parseBody } from "../http/call.ts";
import { forbidden, invalid, notFound } from "../http/errors.ts";
import { countedPage } from "../http/pagination.ts";
import { created, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { App } from "../model/app.ts";
import type { CheckRun } from "../model/check.ts";
import type { Repository } from "../model/repository.ts";
import { presentCheckRun } from "../present/check-run.ts";
import { presentCheckSuite } from "../present/check-suite.ts";
import { checkRunBody } from "./check-run-body.ts";
import { numberOf } from "./thread.ts";

/** Check runs, which only apps write, and the suites they make up. */
export const checkRunRoutes: readonly Route[] = [
  route("POST /repos/{owner}/{repo}/check-runs", create),
  route("GET /repos/{owner}/{repo}/check-runs/{check_run_id}", get),
  route("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", update),
  route("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", list),
  route("GET /repos/{owner}/{repo}/commits/{ref}/check-suites", listSuites),
];

const reading = { permission: "checks", access: "read" } as const;

async function create(call: Call): Promise<Reply> {
  const { repository, app } = writable(call);
  const { head_sha: oid, ...body } = await parseBody(
    call,
    checkRunBody.extend({ name: z.string(), head_sha: z.string() }),
  );
  const commit = isOid(oid) ? await readCommit(call.site.git.folder(repository.id), oid) : undefined;
  if (commit === undefined) throw invalid(`No commit found for SHA: ${oid}`);
  const writing = writingIn(call.site, call.actor, repository);
  const fields = { ...fieldsOf(body), name: body.name };
  const run = call.site.store.transaction(() => createCheckRun(writing, { app, commit }, fields));
  return created(presentCheckRun(call.site, repository, run));
}

async function update(call: Call): Promise<Reply> {
  const { repository } = writable(call);
  const body = await parseBody(call, checkRunBody);
  const writing = writingIn(call.site, call.actor, repository);
  const run = call.site.store.transaction(() => updateCheckRun(writing, runOf(call, repository), fieldsOf(body)));
  return ok(presentCheckRun(call.site, repository, run));
}

function get(call: Call): Reply {
  const repository = repositoryFor(call, reading);
  return ok(presentCheckRun(call.site, repository, runOf(call, repository)));
}

async function list(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, reading);
  const oid = await commitOf(call, repository);
  const { site } = call;
  const all = call.query("filter") === "all";
  const runs = all ? site.store.checkRuns.list("byHead", [repository.id, oid]) : latestRuns(site, repository.id, oid);
  const wanted = runs.filter(
    (run) =>
      asked(call, "check_name", run.name) && asked(call, "status", run.status) && asked(call, "app_id", run.appId),
  );
  return countedPage(call, "check_runs", wanted.reverse(), (run) => presentCheckRun(site, repository, run));
}

async function listSuites(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, reading);
  const oid = await commitOf(call, repository);
  const suites = call.site.store.checkSuites.list("byHead", [repository.id, oid]);
  const wanted = suites.filter((suite) => asked(call, "app_id", suite.appId));
  return countedPage(call, "check_suites", wanted, (suite) => presentCheckSuite(call.site, repository, suite));
}

function writable(call: Call): { repository: Repository; app: App } {
  const repository = repositoryFor(call, { permission: "checks", access: "write" });
  if (call.actor.kind !== "installation") throw forbidden("You must authenticate via a GitHub App.");
  return { repository, app: call.actor.app };
}

function runOf(call: Call, repository: Repository): CheckRun {
  const run = call.site.store.checkRuns.get(numberOf(call, "check_run_id"));
  if (run === undefined || run.repositoryId !== repository.id) throw notFound();
  return run;
}

/** The commit of `{ref}`; 422 when there is none. */
export async function commitOf(call: Call, repository: Repository): Promise<string> {
  const ref = call.parameter("ref");
  const oid = await resolveCommit(call.site.git.folder(repository.id), ref);
  if (oid === undefined) throw invalid(`No commit found for SHA: ${ref}`);
  return oid;
}

function asked(call: Call, name: string, value: string | number): boolean {
  const wanted = call.query(name);
  return wanted === undefined || wanted === String(value);
}

function fieldsOf(body: z.output<typeof checkRunBody>): CheckRunFields {
  return {
    name: body.name,
    status: body.status,
    conclusion: body.conclusion,
    startedAt: body.started_at,
    completedAt: body.completed_at,
    externalId: body.external_id,
    detailsUrl: body.details_url,
    output: body.output && { title: body.output.title, summary: body.output.summary, text: body.output.text },
    annotations: body.output?.annotations,
    actions: body.actions,
  };
}
