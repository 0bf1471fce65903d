import type { Lease } from "../core/lease/lease.ts";
import type { RunView } from "../core/queue/snapshot.ts";
import type { RepositoryName } from "../core/repository.ts";
import type { Strain } from "../core/worker/strain.ts";
import type { Clock } from "../ports/clock.ts";
import type { RunEnded, WorkerView } from "../ports/dispatch.ts";
import type { Log } from "../ports/log.ts";
import type { HubFrame, WorkerFrame } from "../wire/frames/frames.ts";
import type { HubEvents } from "./events.ts";
import type { RunLogs } from "./run-logs.ts";

/** The hub's periods, seconds. */
export interface HubTiming {
  /** Workers beat this often; one silent for three of these counts as not connected. */
  readonly heartbeat: number;
  /** How long a fresh connection may take to say hello. */
  readonly hello: number;
  /** How long a worker may take to answer an offer. */
  readonly answer: number;
}

export const defaultTiming: HubTiming = { heartbeat: 10, hello: 10, answer: 10 };

/** Silent periods after which a worker counts as not connected. */
export const silentPeriods = 3;

/** What the hub asks of those who host it. */
export interface HubNeeds {
  /** A git token for one open repository that may write contents, at most an hour. */
  readonly mintToken: (repository: RepositoryName) => Promise<string>;
  /** The lease of a task's issue as it is now, undefined where there is none; rejects while its repository is not open or cannot be asked. */
  readonly readLease: (repository: RepositoryName, issue: number) => Promise<Lease | undefined>;
  /** Whether this hub, in this life or an earlier one, gave the run its id. */
  readonly isOwnRun: (run: string) => boolean;
  /** Records a run's end; only when it has resolved is the worker told that it may forget the run. */
  readonly onRunEnd: (ended: RunEnded) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly timing: HubTiming;
}

/** One worker's open connection, after its hello. */
export interface WorkerLink {
  send(frame: HubFrame): void;
  /** At most 123 bytes of the reason reach the worker. */
  close(code: number, reason: string): void;
  /** Ends it at once, without waiting for the other side; the worker counts as not connected from here on. */
  cut(): void;
}

/** A worker that is connected, or was lately. */
export interface KnownWorker {
  readonly id: string;
  link: WorkerLink | undefined;
  slots: number;
  agents: readonly string[];
  readonly warm: Set<string>;
  draining: boolean;
  /** What its machine has too little of, as it last said. */
  strained: readonly Strain[];
  /** Monotonic milliseconds of the last sign of life. */
  lastSeen: number;
}

/** A run offered to a worker or living on it. */
export interface KnownRun {
  readonly run: string;
  readonly repository: RepositoryName;
  readonly plan: number;
  readonly issue: number;
  readonly worker: string;
  readonly agent: string;
  readonly startedAt: string;
  /** How long the hub counts on the run while its worker is away. */
  readonly leaseSeconds: number;
  phase: RunView["phase"];
  /** Heartbeats in a row of its worker that did not name it. */
  missed: number;
  /** Asked to stop; a worker that was away then is told when it is back. */
  stopped: boolean;
  /** Settles the open offer: true when the worker took it. */
  answer: ((taken: boolean) => void) | undefined;
}

/** Frames of a worker that has said hello. */
export type LaterFrame = Exclude<WorkerFrame, { kind: "worker-hello" }>;

/** A run that its worker says it has and that this life of the hub did not offer: it counts for nothing until its lease proves it. */
export interface ClaimedRun {
  readonly worker: string;
  readonly run: string;
  readonly repository: RepositoryName;
  readonly issue: number;
  /** Monotonic milliseconds. */
  readonly since: number;
  /** The newest frame of each kind about it, oldest first; logs are joined. */
  readonly waiting: Map<LaterFrame["kind"], LaterFrame>;
  asking: boolean;
  /** Its lease, when the run holds it no more and nobody else does: only its end can still be told. */
  over: Lease | undefined;
}

/** Everything the hub remembers; lost at a restart and learnt again from the workers' hellos. */
export interface HubState {
  readonly needs: HubNeeds;
  readonly workers: Map<string, KnownWorker>;
  readonly runs: Map<string, KnownRun>;
  /** By holder. */
  readonly claims: Map<string, ClaimedRun>;
  /** Runs whose end is being recorded. */
  readonly ending: Set<string>;
  readonly logs: RunLogs;
  readonly events: HubEvents;
}

export function runsOf(state: HubState, worker: string): KnownRun[] {
  return [...state.runs.values()].filter((run) => run.worker === worker);
}

export function claimsOf(state: HubState, worker: string): ClaimedRun[] {
  return [...state.claims.values()].filter((claimed) => claimed.worker === worker);
}

/** As leases name it. */
export function holderOf({ worker, run }: Pick<ClaimedRun, "worker" | "run">): string {
  return `${worker}/${run}`;
}

export function runView(run: KnownRun): RunView {
  const { run: id, issue, worker, agent, phase, startedAt } = run;
  return { run: id, issue, worker, agent, phase, startedAt };
}

export function workerView(state: HubState, worker: KnownWorker): WorkerView {
  // What it says it has takes its own slots, proven or not.
  const taken = runsOf(state, worker.id).length + claimsOf(state, worker.id).length;
  return {
    id: worker.id,
    connected: worker.link !== undefined,
    slots: worker.slots,
    free: worker.strained.length > 0 ? 0 : Math.max(0, worker.slots - taken),
    agents: worker.agents,
    warm: [...worker.warm],
    draining: worker.draining,
    ...(worker.strained.length === 0 ? {} : { strained: worker.strained }),
  };
}

/** Tells the views that a worker came, went or drains. */
export function announceWorker(state: HubState, worker: KnownWorker): void {
  state.events.emit({ kind: "worker-change", worker: workerView(state, worker) });
}

/** Tells the views what a run is doing. */
export function announceRun(state: HubState, run: KnownRun, note = ""): void {
  state.events.emit({ kind: "run-progress", repository: run.repository, plan: run.plan, run: runView(run), note });
}

/** Forgets a run that will not end in an orderly way. */
export function forgetRun(state: HubState, run: KnownRun, reason: string): void {
  state.runs.delete(run.run);
  run.answer?.(false);
  const { repository, plan, issue } = run;
  state.events.emit({ kind: "run-gone", repository, plan, issue, run: run.run, reason });
}
