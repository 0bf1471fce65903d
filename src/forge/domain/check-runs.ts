import type { Commit } from "../git/commit-text.ts";
import { forbidden, validationFailed } from "../http/errors.ts";
import type { Account } from "../model/account.ts";
import type { App } from "../model/app.ts";
import type {
  CheckAction,
  CheckAnnotation,
  CheckConclusion,
  CheckRun,
  CheckStatus,
  CheckSuite,
} from "../model/check.ts";
import { nodeId } from "../model/node-id.ts";
import { presentCheckRun } from "../present/check-run.ts";
import { presentCheckSuite } from "../present/check-suite.ts";
import { type Site, timeOf } from "../site.ts";
import { suiteFor } from "./check-suites.ts";
import { tell, type Writing, writingFor } from "./writing.ts";

/** What can be said about a check run, at first or later. */
export interface CheckRunFields {
  readonly name?: string;
  readonly status?: CheckStatus;
  readonly conclusion?: CheckConclusion;
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly externalId?: string;
  readonly detailsUrl?: string;
  readonly output?: { readonly title?: string; readonly summary?: string; readonly text?: string };
  /** Added to those the run has; GitHub takes 50 a request. */
  readonly annotations?: readonly CheckAnnotation[];
  readonly actions?: readonly CheckAction[];
}

/** Starts a check run of the app on a commit. Inside a transaction. */
export function createCheckRun(
  writing: Writing,
  { app, commit }: { app: App; commit: Commit },
  fields: CheckRunFields & { name: string },
): CheckRun {
  const { site, repository } = writing;
  const suite = suiteFor(writing, app, commit);
  const id = site.store.nextId();
  const blank: CheckRun = {
    id,
    nodeId: nodeId("checkRun", id),
    repositoryId: repository.id,
    suiteId: suite.id,
    appId: app.id,
    headOid: commit.oid,
    name: fields.name,
    externalId: "",
    detailsUrl: null,
    status: "queued",
    conclusion: null,
    startedAt: timeOf(site),
    completedAt: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: [],
  };
  const run = site.store.checkRuns.put(withFields(site, blank, fields));
  tellRun(writing, "created", run);
  if (run.status === "completed") tellCompleted(writing, run);
  return run;
}

/** Changes a check run; 403 when another app made it. Inside a transaction. */
export function updateCheckRun(writing: Writing, run: CheckRun, fields: CheckRunFields): CheckRun {
  if (run.appId !== writing.appId) {
    throw forbidden(
      `Invalid app_id \`${writing.appId}\` - check run can only be modified by the GitHub App that created it.`,
    );
  }
  const next = writing.site.store.checkRuns.put(withFields(writing.site, run, fields));
  touchSuite(writing, next);
  if (next.status === "completed" && run.status !== "completed") tellCompleted(writing, next);
  return next;
}

/** A person presses a button of a check run, or asks for it again; only the run's app hears of it. Makes its own transaction. */
export function requestCheckAction(
  site: Site,
  run: CheckRun,
  { by, identifier }: { by: Account; identifier: string | undefined },
): void {
  const repository = site.store.repositories.get(run.repositoryId);
  if (repository === undefined) return;
  const writing = writingFor(site, by, repository);
  const asked = identifier === undefined ? {} : { requested_action: { identifier } };
  site.store.transaction(() =>
    site.webhooks.emit({
      event: "check_run",
      action: identifier === undefined ? "rerequested" : "requested_action",
      repository,
      sender: writing.account,
      fields: { check_run: presentCheckRun(site, repository, run), ...asked },
      onlyApp: run.appId,
    }),
  );
}

function withFields(site: Site, run: CheckRun, fields: CheckRunFields): CheckRun {
  const { annotations = [], actions = run.actions, output, status, conclusion } = fields;
  if (annotations.length > 50) throw wrong("annotations", "Annotations exceed the maximum of 50 a request");
  if (actions.length > 3) throw wrong("actions", "Actions exceed the maximum of 3");
  if (status === "completed" && conclusion === undefined && run.conclusion === null)
    throw wrong("conclusion", "conclusion is required");
  // A conclusion alone completes a run; a new status alone reopens it.
  const nextStatus = conclusion === undefined ? (status ?? run.status) : "completed";
  const done = nextStatus === "completed";
  return {
    ...run,
    name: fields.name ?? run.name,
    externalId: fields.externalId ?? run.externalId,
    detailsUrl: fields.detailsUrl ?? run.detailsUrl,
    startedAt: fields.startedAt ?? run.startedAt,
    status: nextStatus,
    conclusion: done ? (conclusion ?? run.conclusion) : null,
    completedAt: done ? (fields.completedAt ?? run.completedAt ?? timeOf(site)) : null,
    output: {
      title: output?.title ?? run.output.title,
      summary: output?.summary ?? run.output.summary,
      text: output?.text ?? run.output.text,
    },
    annotations: [...run.annotations, ...annotations],
    actions,
  };
}

const wrong = (field: string, message: string) =>
  validationFailed({ resource: "CheckRun", field, code: "custom", message });

function tellRun(writing: Writing, action: "created" | "completed", run: CheckRun): void {
  const { site, repository } = writing;
  tell(writing, "check_run", { action, fields: { check_run: presentCheckRun(site, repository, run) } });
}

function tellCompleted(writing: Writing, run: CheckRun): void {
  const { site, repository } = writing;
  tellRun(writing, "completed", run);
  const suite = touchSuite(writing, run);
  const runs = site.store.checkRuns.list("bySuite", [run.suiteId]);
  if (suite === undefined || runs.some(({ status }) => status !== "completed")) return;
  tell(writing, "check_suite", {
    action: "completed",
    fields: { check_suite: presentCheckSuite(site, repository, suite) },
  });
}

function touchSuite({ site }: Writing, { suiteId }: CheckRun): CheckSuite | undefined {
  const suite = site.store.checkSuites.get(suiteId);
  return suite && site.store.checkSuites.put({ ...suite, updatedAt: timeOf(site) });
}
