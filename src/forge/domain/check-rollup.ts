import type { CheckRun } from "../model/check.ts";
import type { CommitStatus, StatusState } from "../model/status.ts";
import type { Site } from "../site.ts";

/** The latest word of one check or status context about a commit. */
export interface CommitContext {
  /** Name of the check run or context of the status. */
  readonly name: string;
  readonly state: StatusState;
  readonly source:
    | { readonly kind: "check"; readonly run: CheckRun }
    | { readonly kind: "status"; readonly status: CommitStatus };
}

/** Everything reported about a commit: the latest run of each app's check, the latest status of each context. */
export function contextsOf(site: Site, repositoryId: number, oid: string): CommitContext[] {
  const runs = latestRuns(site, repositoryId, oid).map(
    (run): CommitContext => ({ name: run.name, state: checkState(run), source: { kind: "check", run } }),
  );
  const statuses = latestStatuses(site, repositoryId, oid).map(
    (status): CommitContext => ({ name: status.context, state: status.state, source: { kind: "status", status } }),
  );
  return [...runs, ...statuses];
}

/** What all reports amount to; undefined when there are none. */
export function rollupState(contexts: readonly { readonly state: StatusState }[]): StatusState | undefined {
  const order: readonly StatusState[] = ["error", "failure", "pending", "success"];
  return order.find((state) => contexts.some((context) => context.state === state));
}

/** The newest run of each name and app, in order of creation. */
export function latestRuns({ store }: Site, repositoryId: number, oid: string): CheckRun[] {
  const runs = store.checkRuns.list("byHead", [repositoryId, oid]);
  return [...new Map(runs.map((run) => [`${run.appId} ${run.name}`, run])).values()].sort((a, b) => a.id - b.id);
}

/** The newest status of each context, in order of creation. */
export function latestStatuses({ store }: Site, repositoryId: number, oid: string): CommitStatus[] {
  const statuses = store.statuses.list("byCommit", [repositoryId, oid]);
  return [...new Map(statuses.map((status) => [status.context, status])).values()].sort((a, b) => a.id - b.id);
}

function checkState({ status, conclusion }: CheckRun): StatusState {
  if (status !== "completed") return "pending";
  return conclusion === "success" || conclusion === "neutral" || conclusion === "skipped" ? "success" : "failure";
}
