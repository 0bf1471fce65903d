import type { Policy } from "../core/queue/policy.ts";
import type { ActiveTask, ReadyTask } from "../core/queue/select.ts";
import { activeTasks, readyTasks } from "../core/queue/select.ts";
import type { LeaseView, Snapshot } from "../core/queue/snapshot.ts";

/** What the choice of tasks needs of one plan. */
export interface Offerable {
  readonly ready: readonly ReadyTask[];
  readonly active: readonly ActiveTask[];
  /** Leases with a failure: they tell which agents are parked. */
  readonly failed: readonly LeaseView[];
}

/** Derives it from a plan as it was seen. */
export function offerableOf(snapshot: Snapshot, policy: Policy, now: number): Offerable {
  const { tasks, former = [] } = snapshot;
  return {
    ready: readyTasks(snapshot, policy, now),
    active: activeTasks(snapshot, policy, now),
    failed: [...tasks, ...former].flatMap(({ lease }) => (lease?.lease.failures.length ? [lease] : [])),
  };
}

const latest = new WeakMap<Snapshot, { readonly policy: Policy; readonly offerable: Offerable }>();

/**
 * The same, found out once a look: offers are made after every wave, and what time alone changes in a plan brings a look at
 * that plan.
 */
export function offerableAtLook(snapshot: Snapshot, policy: Policy, now: number): Offerable {
  const known = latest.get(snapshot);
  if (known?.policy === policy) return known.offerable;
  const offerable = offerableOf(snapshot, policy, now);
  latest.set(snapshot, { policy, offerable });
  return offerable;
}
