import { commitFiles } from "../git/commit-files.ts";
import { signature } from "../git/commits.ts";
import { moveRefs } from "../git/move-refs.ts";
import { zeroOid } from "../git/names.ts";
import type { Account } from "../model/account.ts";
import type { Repository } from "../model/repository.ts";
import { type Site, timeOf } from "../site.ts";

/** Fills a new repository with a README, as `auto_init` asks. */
export async function createFirstCommit(site: Site, repository: Repository, owner: Account): Promise<void> {
  const content = Buffer.from(`# ${repository.name}\n`);
  const outcome = await commitFiles(site.git.folder(repository.id), {
    parent: undefined,
    additions: [{ path: "README.md", content }],
    deletions: [],
    message: "Initial commit",
    author: signature(owner, timeOf(site)),
  });
  if (outcome.kind === "refused") throw new Error(outcome.reason);
  const name = `refs/heads/${repository.defaultBranch}`;
  await moveRefs(site, repository.id, { updates: [{ name, before: zeroOid, after: outcome.oid }], pusher: owner });
}
