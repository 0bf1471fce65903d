import type { HeldLease } from "../core/lease/lease.ts";
import type { Effect } from "../core/queue/effects.ts";
import { isProjection } from "../core/queue/effects.ts";
import type { ParkedAgent } from "../core/queue/parking.ts";
import type { Snapshot } from "../core/queue/snapshot.ts";
import type { Spending } from "../core/queue/spending.ts";
import type { TaskState } from "../core/queue/states.ts";
import type { Survey } from "../core/queue/task-state.ts";
import { survey } from "../core/queue/task-state.ts";
import { wakeAfter } from "../core/queue/wake-after.ts";
import { decide } from "./decide.ts";
import { led } from "./led.ts";
import { observe } from "./observe.ts";
import { performAll } from "./perform/perform.ts";
import type { PolicyReading } from "./policy.ts";
import type { ReconcilerPorts } from "./ports.ts";
import { restBeforeShowing } from "./rest-before-showing.ts";
import type { Sightings } from "./sightings.ts";

/** What one look at the whole repository sees before its plans are looked at. */
export interface Overview extends PolicyReading {
  readonly runs: ReturnType<ReconcilerPorts["dispatch"]["runs"]>;
  readonly leases: ReadonlyMap<number, HeldLease>;
  /** What was spent today, where that is limited. */
  readonly today?: Spending;
  readonly parked?: readonly ParkedAgent[];
}

/** `gone`: the ledger has no such plan. */
export type PassResult =
  | { readonly kind: "gone" }
  | {
      readonly kind: "seen";
      readonly snapshot: Snapshot;
      /** What was done beside showing how things are, as text to compare: empty when there was nothing to do. */
      readonly acts: string;
      /** The same of labels and leases. */
      readonly shown: string;
      /** Milliseconds until what has changed may be shown: it was shown only just now, and more is coming. */
      readonly showAfter?: number;
      /** Another hub shows how things are: milliseconds until that one could be gone. */
      readonly followFor?: number;
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
export function passOnce(request: PassRequest): Promise<PassResult> {
  return request.ports.forge.serve(request.plan, () => look(request));
}

async function look(request: PassRequest): Promise<PassResult> {
  const { plan, ports, sightings, overview, lastActs, signal } = request;
  const state = await ports.plans.load(plan);
  if (state === undefined) return { kind: "gone" };
  const snapshot = await observe({ ports, sightings, state, ...overview });
  request.onSeen(snapshot);
  const { policy } = overview;
  const now = ports.clock.now();
  const all = (await decide({ ports, snapshot, policy, now })).map(({ effect }) => effect);
  const { effects: wanted, followFor } = await led(all, {
    ...{ state, leadership: ports.leadership },
    isAsked: sightings.isAsked(plan),
  });
  const due = wanted.filter((effect) => !isProjection(effect));
  const shows = wanted.filter(isProjection);
  const acts = textOf(due);
  const showAll = acts === lastActs;
  const isTime = due.length === 0 || showAll;
  const rest = restOf(survey(snapshot, policy, now), sightings);
  const showAfter = shows.length > 0 && isTime ? rest : 0;
  const effects = showAfter === 0 ? wanted : due;
  if (effects.length > 0) {
    ports.log.info({ plan, effects: effects.map(({ kind }) => kind) }, "Reconciling a plan");
    await performAll(effects, { scene: { ports, sightings, snapshot, policy, signal }, showAll });
  }
  const shown = isTime && showAfter === 0 ? shows : [];
  if (shown.length > 0) sightings.noteShown(plan, state.record.status.kind);
  const pause = wakeAfter(snapshot, policy, now);
  return {
    ...{ kind: "seen", snapshot, acts, shown: textOf(shown.filter(({ kind }) => kind !== "render-plan")) },
    ...(showAfter === 0 ? {} : { showAfter }),
    ...(pause === undefined ? {} : { wakeAfter: pause }),
    ...(followFor === undefined ? {} : { followFor }),
  };
}

/** Asked at each look, whether there is something to show or not: it is noted when the plan begins to move. */
function restOf(at: Survey, sightings: Sightings): number {
  const { status, issue } = at.snapshot.state.record;
  const isMoving = status.kind === "approved" && [...at.states.values()].some(isPassing);
  const movingFor = sightings.movingFor(issue, isMoving);
  return restBeforeShowing({ ...sightings.shown(issue, status.kind), movingFor, isAsked: sightings.isAsked(issue) });
}

/** It will be another state soon, by itself. */
function isPassing(state: TaskState): boolean {
  if (state.kind === "queued") return state.ready;
  return (
    state.kind === "running" || state.kind === "merged" || (state.kind === "review" && state.step.kind !== "person")
  );
}

function textOf(effects: readonly Effect[]): string {
  return effects.length === 0 ? "" : JSON.stringify(effects);
}
