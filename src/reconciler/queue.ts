import type { PlanStatus } from "../core/plan/plan.ts";
import type { Queue } from "../core/queue/explain.ts";
import { parkedAgents } from "../core/queue/parking.ts";
import type { Policy } from "../core/queue/policy.ts";
import type { Candidate, ReadyTask, Selection } from "../core/queue/select.ts";
import type { Snapshot } from "../core/queue/snapshot.ts";
import { fullName } from "../core/repository.ts";
import type { Offerable } from "./offerable.ts";
import { offerableOf } from "./offerable.ts";
import type { ReadingPorts, ReconcilerOptions } from "./ports.ts";
import type { Sightings } from "./sightings.ts";

export interface QueueRequest {
  readonly options: Pick<ReconcilerOptions, "agent"> & {
    readonly forge: Pick<ReadingPorts["forge"], "repository">;
    readonly leases: Pick<ReadingPorts["leases"], "unreadable">;
    readonly dispatch: Pick<ReadingPorts["dispatch"], "workers" | "runs">;
  };
  readonly sightings: Pick<Sightings, "restLeft" | "readyFor">;
  /** Tasks that are being offered this moment, by issue. */
  readonly underWay: ReadonlyMap<number, { readonly plan: number }>;
  readonly policy: Policy;
  /** Milliseconds since 1970; one moment for all of it: what a look has found out of a snapshot serves until then. */
  readonly now: number;
  /** What is known of a plan already; found out where absent. */
  readonly offerable?: (snapshot: Snapshot) => Offerable;
}

/** What is chosen from: what is ready in the `fresh` snapshots; `others` only count what is being worked on. */
export function queueOf(
  request: QueueRequest,
  [fresh, others]: readonly [readonly Snapshot[], readonly Snapshot[]],
): Queue {
  const { options, policy, now, offerable = (snapshot) => offerableOf(snapshot, policy, now) } = request;
  const all = [...fresh, ...others];
  const plans = new Map(all.map((snapshot) => [snapshot, offerable(snapshot)]));
  const leases = [...plans.values()].flatMap((plan) => plan.failed);
  return {
    ready: fresh.flatMap((snapshot) => readyIn(plans.get(snapshot)?.ready ?? [], request)),
    active: activeIn(plans, request),
    workers: candidates(options),
    parked: parkedAgents(leases, now),
    policy,
    ...(options.agent === undefined ? {} : { agent: options.agent }),
  };
}

/** The same with what the choice looks up. */
export function selectable({ parked, ...queue }: Queue): Selection {
  return { ...queue, parked: new Set(parked.map(({ agent }) => agent)) };
}

/** Workers as they are chosen from. */
export function candidates({ dispatch, forge }: Pick<QueueRequest["options"], "dispatch" | "forge">): Candidate[] {
  const name = fullName(forge.repository);
  return dispatch.workers().map(({ id, connected, draining, slots, free, warm, agents, strained }) => ({
    ...{ id, connected, draining, slots, free, agents, strained },
    warm: warm.includes(name),
  }));
}

function readyIn(ready: readonly ReadyTask[], { options, sightings, underWay }: QueueRequest): readonly ReadyTask[] {
  // Whatever wrote those leases may be at work.
  const unreadable = options.leases.unreadable?.() ?? new Map();
  return ready.flatMap((task) => {
    if (unreadable.has(task.issue)) return [];
    if (sightings.restLeft(task.issue) > 0 || underWay.has(task.issue)) return [];
    return [{ ...task, readyFor: sightings.readyFor(task.issue) }];
  });
}

/** What snapshots, the hub and offers under way know of, each task once. */
function activeIn(plans: ReadonlyMap<Snapshot, Offerable>, { options, underWay }: QueueRequest): Selection["active"] {
  const active = new Map<number, number>();
  const snapshots = [...plans.keys()];
  const seen = [...plans.values()].flatMap((plan) => plan.active);
  const runs = options.dispatch.runs(options.forge.repository);
  for (const { issue, plan } of seen) active.set(issue, plan);
  for (const [issue, { plan }] of underWay) active.set(issue, plan);
  const unknown = new Set(runs.map(({ issue }) => issue).filter((issue) => !active.has(issue)));
  for (const issue of unknown) active.set(issue, planOf(snapshots, issue));
  const approvers = new Map(snapshots.map(({ state: { record } }) => [record.issue, approverOf(record.status)]));
  return [...active].map(([issue, plan]) => {
    const by = approvers.get(plan);
    return by === undefined ? { issue, plan } : { issue, plan, by };
  });
}

/** 0: nobody knows. */
function planOf(snapshots: readonly Snapshot[], issue: number): number {
  const found = snapshots.find(({ tasks }) => tasks.some((task) => task.issue?.number === issue));
  return found?.state.record.issue ?? 0;
}

function approverOf(status: PlanStatus): string | undefined {
  return status.kind === "approved" ? status.approval.by : undefined;
}
