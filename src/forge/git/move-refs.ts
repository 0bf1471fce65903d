import type { Account } from "../model/account.ts";
import type { Site } from "../site.ts";
import { announce } from "./announce.ts";
import type { RefOutcome, RefUpdate } from "./ref-writer.ts";

/** Moves refs (all or none) for an account and announces what moved; only branches and tags have anything to announce. */
export async function moveRefs(
  site: Site,
  repositoryId: number,
  { updates, pusher }: { updates: readonly RefUpdate[]; pusher: Account },
): Promise<RefOutcome> {
  const heard = updates.some(({ name }) => /^refs\/(heads|tags)\//.test(name));
  if (heard) rememberPusher(site, repositoryId, pusher);
  const outcome = await site.git.updateRefs(repositoryId, updates);
  if (heard && outcome.kind === "updated") await announce(site, repositoryId, pusher);
  return outcome;
}

/** Keeps who is about to push, so that events found only after a crash still have a sender. */
export function rememberPusher({ store }: Site, repositoryId: number, pusher: Account): void {
  if (store.repositories.get(repositoryId)?.lastPusherId === pusher.id) return;
  store.transaction(() => {
    const current = store.repositories.get(repositoryId);
    if (current !== undefined) store.repositories.put({ ...current, lastPusherId: pusher.id });
  });
}
