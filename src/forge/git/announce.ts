import type { Account } from "../model/account.ts";
import type { AnnouncedRef, Repository } from "../model/repository.ts";
import { ownerOf } from "../present/repository.ts";
import { type Site, timeOf } from "../site.ts";
import { pushEvents } from "../webhooks/push-events.ts";
import { refTargets } from "./refs.ts";

/** One branch or tag that is not where it was. */
export interface RefMove {
  /** `refs/heads/…` or `refs/tags/…`. */
  readonly name: string;
  /** Undefined when it was created. */
  readonly before: string | undefined;
  /** Undefined when it was deleted. */
  readonly after: string | undefined;
}

export interface RefsMoved {
  readonly repository: Repository;
  readonly sender: Account;
  readonly moves: readonly RefMove[];
}

/**
 * Hears of moved branches and tags. What needs git is done before it returns; the function it returns is run
 * inside the transaction that records the move, so both happen or neither.
 */
export type RefListener = (moved: RefsMoved) => Promise<() => void>;

/**
 * Compares the real refs with those last announced; records the difference, tells the listeners and raises
 * events, all in one transaction. It looks at what is, so calling it late, twice or after a crash is harmless.
 */
export async function announce(site: Site, repositoryId: number, pusher?: Account): Promise<void> {
  await site.announceInTurn(repositoryId, () => compare(site, repositoryId, pusher));
}

/** Announces what moved while the forge was not running. */
export async function announceAll(site: Site): Promise<void> {
  for (const repository of site.store.repositories.list("all", [])) await announce(site, repository.id);
}

async function compare(site: Site, repositoryId: number, pusher: Account | undefined): Promise<void> {
  const { store } = site;
  const repository = store.repositories.get(repositoryId);
  if (repository === undefined) return;
  const refs = await refTargets(site.git.folder(repositoryId), "refs/heads", "refs/tags");
  const moves = difference(store.announcedRefs.list("byRepository", [repositoryId]), refs);
  if (moves.length === 0) return;

  const moved = { repository, sender: pusher ?? lastPusher(site, repository), moves };
  const effects = await Promise.all([...site.refListeners.map((listener) => listener(moved)), pushEvents(site, moved)]);
  store.transaction(() => {
    const current = store.repositories.get(repositoryId);
    if (current === undefined) return;
    for (const move of moves) record(site, repositoryId, move);
    store.repositories.put({ ...current, pushedAt: timeOf(site) });
    for (const effect of effects) effect();
  });
}

function difference(announced: readonly AnnouncedRef[], after: ReadonlyMap<string, string>): RefMove[] {
  const before = new Map(announced.map((ref) => [ref.name, ref.oid]));
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((name) => ({ name, before: before.get(name), after: after.get(name) }))
    .filter((move) => move.before !== move.after);
}

function record({ store }: Site, repositoryId: number, { name, after }: RefMove): void {
  const held = store.announcedRefs.find("byRepository", [repositoryId, name]);
  if (after !== undefined) store.announcedRefs.put({ id: held?.id ?? store.nextId(), repositoryId, name, oid: after });
  else if (held !== undefined) store.announcedRefs.remove(held.id);
}

function lastPusher(site: Site, repository: Repository): Account {
  const id = repository.lastPusherId;
  return (id === undefined ? undefined : site.store.accounts.get(id)) ?? ownerOf(site, repository);
}
