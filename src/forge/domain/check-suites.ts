import type { Commit } from "../git/commit-text.ts";
import type { App } from "../model/app.ts";
import type { CheckConclusion, CheckRun, CheckStatus, CheckSuite } from "../model/check.ts";
import { nodeId } from "../model/node-id.ts";
import { type Site, timeOf } from "../site.ts";
import type { Writing } from "./writing.ts";

/** The app's suite on the commit, made if there is none. Inside a transaction. */
export function suiteFor({ site, repository }: Writing, app: App, commit: Commit): CheckSuite {
  const { store } = site;
  const held = store.checkSuites.find("byHead", [repository.id, commit.oid, app.id]);
  if (held !== undefined) return held;
  const id = store.nextId();
  return store.checkSuites.put({
    id,
    nodeId: nodeId("checkSuite", id),
    repositoryId: repository.id,
    appId: app.id,
    headOid: commit.oid,
    headBranch: branchAt(site, repository.id, commit.oid),
    headCommit: commit,
    createdAt: timeOf(site),
    updatedAt: timeOf(site),
  });
}

/** What the newest run of each name amounts to. */
export function suiteState(
  { store }: Site,
  suite: CheckSuite,
): { status: CheckStatus; conclusion: CheckConclusion | null; runs: CheckRun[] } {
  const all = store.checkRuns.list("bySuite", [suite.id]);
  const runs = [...new Map(all.map((run) => [run.name, run])).values()];
  if (runs.length === 0) return { status: "queued", conclusion: null, runs };
  if (runs.some((run) => run.status !== "completed")) {
    return { status: runs.every((run) => run.status === "queued") ? "queued" : "in_progress", conclusion: null, runs };
  }
  return {
    status: "completed",
    conclusion: worst.find((one) => runs.some((run) => run.conclusion === one)) ?? null,
    runs,
  };
}

// The first of these that any run ended with is the suite's conclusion.
const worst: readonly CheckConclusion[] = [
  ...(["failure", "timed_out", "cancelled", "action_required", "stale"] as const),
  ...(["success", "neutral", "skipped"] as const),
];

function branchAt({ store }: Site, repositoryId: number, oid: string): string | null {
  const heads = store.announcedRefs.list("byRepository", [repositoryId]);
  const ref = heads.find((row) => row.oid === oid && row.name.startsWith("refs/heads/"));
  return ref?.name.slice("refs/heads/".length) ?? null;
}
