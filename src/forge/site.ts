import type { ForgeClock } from "./clock.ts";
import type { Faults } from "./faults/faults.ts";
import type { RefListener } from "./git/announce.ts";
import type { GitFolders } from "./git/folders.ts";
import type { PastFolders } from "./git/past-folders.ts";
import type { InTurn } from "./git/turns.ts";
import type { RequestCounts } from "./http/counts.ts";
import type { Store } from "./store/store.ts";
import type { Deliverer } from "./webhooks/deliver.ts";
import type { Webhooks } from "./webhooks/emit.ts";

/** One running forge's parts, handed to everything that answers a request. */
export interface Site {
  /** Folder that holds everything the forge keeps. */
  readonly data: string;
  /** `http://127.0.0.1:port`, no slash at the end. */
  readonly url: string;
  /** `${url}/api/v3`. */
  readonly apiUrl: string;
  readonly store: Store;
  readonly git: GitFolders;
  /** The same as they were, for reads that are to be stale. */
  readonly past: PastFolders;
  readonly webhooks: Webhooks;
  readonly deliveries: Deliverer;
  readonly counts: RequestCounts;
  readonly faults: Faults;
  readonly clock: ForgeClock;
  readonly log: (line: string) => void;
  /** Serializes what must not overlap within one repository, merges for one. */
  readonly inTurn: InTurn;
  /** The announcer's own turns, so that `announce` may be called within `inTurn`. */
  readonly announceInTurn: InTurn;
  /** Aborted when the forge stops. */
  readonly stopping: AbortSignal;
  /** Requests being answered; stopping waits for them. */
  readonly inFlight: Set<Promise<unknown>>;
  /** Told of every branch or tag that moved, in order of registration. */
  readonly refListeners: RefListener[];
}

/** A time as GitHub writes it: UTC, whole seconds. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** Now, by the forge's clock. */
export function timeOf({ clock }: Pick<Site, "clock">): string {
  return timestamp(new Date(clock.now()));
}
