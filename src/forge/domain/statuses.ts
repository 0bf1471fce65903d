import type { Commit } from "../git/commit-text.ts";
import { validationFailed } from "../http/errors.ts";
import { nodeId } from "../model/node-id.ts";
import type { CommitStatus, StatusState } from "../model/status.ts";
import { presentCommit } from "../present/commit.ts";
import { fullName } from "../present/repository.ts";
import { presentStatus } from "../present/status.ts";
import { timeOf } from "../site.ts";
import { tell, type Writing } from "./writing.ts";

export interface NewStatus {
  readonly state: StatusState;
  readonly context?: string;
  readonly description?: string | null;
  readonly targetUrl?: string | null;
}

/** Reports about a commit; GitHub keeps at most 1,000 per commit and context. Inside a transaction. */
export function createStatus(writing: Writing, commit: Commit, fields: NewStatus): CommitStatus {
  const { site, repository, account } = writing;
  const { state, context = "default", description = null, targetUrl = null } = fields;
  const held = site.store.statuses.list("byCommit", [repository.id, commit.oid]);
  if (held.filter((status) => status.context === context).length >= 1000) {
    const message = "This SHA and context has reached the maximum number of statuses.";
    throw validationFailed({ resource: "Status", code: "custom", message });
  }
  const id = site.store.nextId();
  const status = site.store.statuses.put({
    id,
    nodeId: nodeId("status", id),
    repositoryId: repository.id,
    oid: commit.oid,
    context,
    state,
    description,
    targetUrl,
    creatorId: account.id,
    createdAt: timeOf(site),
  });
  tell(writing, "status", {
    fields: {
      ...presentStatus(site, repository, status),
      sha: commit.oid,
      name: fullName(site, repository),
      commit: presentCommit(site, repository, commit),
      branches: [],
    },
  });
  return status;
}
