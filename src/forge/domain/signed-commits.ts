import type { Actor } from "../access/actor.ts";
import { type Site, timeOf } from "../site.ts";

/** Keeps that GitHub signed this commit. */
export function signCommit(site: Site, repositoryId: number, oid: string): void {
  const { store } = site;
  store.transaction(() => {
    if (store.signedCommits.find("byCommit", [repositoryId, oid]) !== undefined) return;
    store.signedCommits.put({ id: store.nextId(), repositoryId, oid, signedAt: timeOf(site) });
  });
}

/**
 * GitHub signs what an app commits through REST in its own name alone; for people, and under a name that was given, it
 * signs nothing there.
 */
export function signForApp(
  site: Site,
  actor: Actor,
  commit: { repositoryId: number; oid: string; author?: unknown; committer?: unknown },
): void {
  const { repositoryId, oid, author, committer } = commit;
  if (actor.kind === "installation" && author === undefined && committer === undefined) {
    signCommit(site, repositoryId, oid);
  }
}
