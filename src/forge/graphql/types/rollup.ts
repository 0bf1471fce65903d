import type { CheckRun } from "../../model/check.ts";
import { nodeId } from "../../model/node-id.ts";
import type { Repository } from "../../model/repository.ts";
import type { Site } from "../../site.ts";
import { connection, type PageArguments } from "../connection.ts";
import type { Resolvers } from "../context.ts";
import { type CheckRunSource, ofCheckRun } from "../source.ts";
import { ofObject } from "./commit.ts";

/** Everything that says whether a commit is good. */
export interface RollupSource {
  readonly repository: Repository;
  readonly oid: string;
  readonly runs: readonly CheckRun[];
}

/** The rollup of a commit, or null when nothing checked it. */
export function rollup({ store }: Site, repository: Repository, oid: string): RollupSource | null {
  // Of runs with the same name by one app, GitHub shows the latest.
  const latest = new Map(
    store.checkRuns.list("byHead", [repository.id, oid]).map((run) => [`${run.appId} ${run.name}`, run]),
  );
  return latest.size === 0 ? null : { repository, oid, runs: [...latest.values()] };
}

export const statusCheckRollup: Resolvers<RollupSource> = {
  id: ({ repository, oid }) => nodeId("commit", repository.id, `${oid}/rollup`),
  commit: (source) => ofObject("Commit", source, source.oid),
  state: ({ runs }) => rollupState(runs),
  contexts: ({ runs }, args: PageArguments) =>
    connection<CheckRunSource>(runs.map(ofCheckRun), args, ({ row }) => row.id),
};

const good = new Set(["success", "neutral", "skipped"]);

/** GitHub's `StatusState` over check runs: a failure wins, then what is not finished. */
export function rollupState(runs: readonly CheckRun[]): "SUCCESS" | "FAILURE" | "PENDING" {
  const ended = runs.filter((run) => run.status === "completed");
  if (ended.some((run) => !good.has(run.conclusion ?? ""))) return "FAILURE";
  return ended.length === runs.length ? "SUCCESS" : "PENDING";
}
