import type { RunView } from "../core/queue/snapshot.ts";
import type { RepositoryName } from "../core/repository.ts";
import type { RunEnded, WorkerView } from "../ports/dispatch.ts";
import type { Log } from "../ports/log.ts";

/** What live views see happen. Views may miss events; nothing is decided by them. */
export type HubEvent =
  | { readonly kind: "worker-change"; readonly worker: WorkerView }
  | {
      readonly kind: "run-progress";
      readonly repository: RepositoryName;
      readonly plan: number;
      readonly run: RunView;
      readonly note: string;
    }
  /** It holds its lease: from now on it counts as running. */
  | { readonly kind: "run-start"; readonly repository: RepositoryName; readonly plan: number; readonly run: RunView }
  | { readonly kind: "run-log"; readonly run: string; readonly text: string }
  | ({ readonly kind: "run-end" } & RunEnded)
  | {
      /** The hub no longer counts on this run: its worker lost it, or stayed away for longer than its lease. */
      readonly kind: "run-gone";
      readonly repository: RepositoryName;
      readonly plan: number;
      readonly issue: number;
      readonly run: string;
      readonly reason: string;
    }
  | { readonly kind: "plan-change"; readonly repository: RepositoryName; readonly issue: number };

export type HubListener = (event: HubEvent) => void;

/** Who listens to the hub; a listener that throws is logged and harms nobody else. */
export interface HubEvents {
  emit(event: HubEvent): void;
  /** Gives the function that ends the subscription. */
  subscribe(listener: HubListener): () => void;
}

export function createHubEvents(log: Log): HubEvents {
  const listeners = new Set<HubListener>();
  return {
    emit(event) {
      for (const listener of [...listeners]) {
        try {
          listener(event);
        } catch (error) {
          log.error({ event: event.kind, error: String(error) }, "A listener of hub events failed");
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
