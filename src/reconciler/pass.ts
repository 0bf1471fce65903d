import type { HeldLease } from "../core/lease/lease.ts";
import { isProjection } from "../core/queue/effects.ts";
import { reconcile } from "../core/queue/reconcile.ts";
import { showPlan } from "../core/queue/rules/comment.ts";
import type { Snapshot } from "../core/queue/snapshot.ts";
import { wakeAfter } from "../core/queue/wake-after.ts";
import { observe } from "./observe.ts";
import { performAll } from "./perform/perform.ts";
import { planText } from "./plan-text.ts";
import type { PolicyReading } from "./policy.ts";
import type { ReconcilerPorts } from "./ports.ts";
import type { Sightings } from "./sightings.ts";

/** What one look at the whole repository sees before its plans are looked at. */
export interface Overview extends PolicyReading {
  readonly runs: ReturnType<ReconcilerPorts["dispatch"]["runs"]>;
  readonly leases: ReadonlyMap<number, HeldLease>;
}

/** `gone`: the ledger has no such plan. */
export type PassResult =
  | { readonly kind: "gone" }
  | {
      readonly kind: "seen";
      readonly snapshot: Snapshot;
      /** What was done beside showing how things are, as text to compare: empty when there was nothing to do. */
      readonly acts: string;
      /** Milliseconds until time alone may change something. */
      readonly wakeAfter?: number;
    };

export interface PassRequest {
  readonly plan: number;
  readonly ports: ReconcilerPorts;
  readonly sightings: Sightings;
  readonly overview: Overview;
  /** The acts of the pass before: when nothing has moved since, everything is shown as it stands. */
  readonly lastActs: string;
  /** Told as soon as the plan has been seen, whatever becomes of the effects. */
  readonly onSeen: (snapshot: Snapshot) => void;
  readonly signal: AbortSignal;
}

/** One look at one plan: observe, decide, perform. Errors of effects are thrown after the others were performed. */
export async function passOnce(request: PassRequest): Promise<PassResult> {
  const { plan, ports, sightings, overview, lastActs, signal } = request;
  const state = await ports.plans.load(plan);
  if (state === undefined) return { kind: "gone" };
  const snapshot = await observe({ ports, sightings, state, ...overview });
  request.onSeen(snapshot);
  const { policy } = overview;
  const now = ports.clock.now();
  const text = planText({ snapshot, policy, now, gitUrl: ports.forge.gitUrl });
  const effects = [...reconcile(snapshot, policy, now), ...showPlan(snapshot, text)];
  const due = effects.filter((effect) => !isProjection(effect));
  const acts = due.length === 0 ? "" : JSON.stringify(due);
  if (effects.length > 0) {
    ports.log.info({ plan, effects: effects.map(({ kind }) => kind) }, "Reconciling a plan");
    await performAll(effects, { scene: { ports, sightings, snapshot, policy, signal }, showAll: acts === lastActs });
  }
  const pause = wakeAfter(snapshot, policy, now);
  return { kind: "seen", snapshot, acts, ...(pause === undefined ? {} : { wakeAfter: pause }) };
}
