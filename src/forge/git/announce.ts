import type { Account } from "../model/account.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";

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

/** Compares the real refs with those last announced, and records, tells and raises events for the difference. */
export async function announce(site: Site, repositoryId: number, pusher?: Account): Promise<void> {
  void site;
  void repositoryId;
  void pusher;
}
