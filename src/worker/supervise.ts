import { CoppiceError } from "../core/errors.ts";
import type { MachineLimits, Measured, Strain } from "../core/worker/strain.ts";
import { strainLine, strainsOf } from "../core/worker/strain.ts";
import type { Clock } from "../ports/clock.ts";
import type { HubFrame, WorkerFrame } from "../wire/frames/frames.ts";
import type { HubLink } from "./hub-link.ts";
import { measureMachine } from "./machine.ts";
import type { Decline, RunTable } from "./run-table.ts";

export interface Worker {
  /** Takes no more work, finishes what runs, or hands it back when that takes too long, then ends. */
  drain(): void;
  /** Stops what runs and ends, within 6 seconds. */
  stop(reason: string): Promise<void>;
  /** Resolves when it has ended; rejects with CoppiceError when the hub will never have it. */
  readonly ended: Promise<void>;
}

export interface WorkerState {
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly table: RunTable;
  readonly send: (frame: WorkerFrame) => boolean;
  readonly limits: MachineLimits;
  /** How long what runs may go on after the worker was asked to drain, milliseconds. */
  readonly drainMilliseconds: number;
  draining: boolean;
  heartbeatSeconds: number;
  /** This worker's data folder is there, and its alone. */
  readonly isFolderHeld: () => Promise<boolean>;
  /** Ends link and heartbeat. */
  readonly ending: AbortController;
}

/** Acts on one frame of the hub. */
export function receive(state: WorkerState, frame: HubFrame): void {
  const { table, send } = state;
  switch (frame.kind) {
    case "hub-welcome":
      state.heartbeatSeconds = frame.heartbeatSeconds;
      for (const run of frame.stop) table.stop(run, "the hub has given this run up");
      table.repeat(0);
      if (state.draining) send({ kind: "worker-drain" });
      return;
    case "task-offer": {
      const { run } = frame.offer;
      const decline = reasonAgainst(state, run) ?? table.take(frame.offer, frame.token);
      send(decline === undefined ? { kind: "task-accept", run } : { kind: "task-decline", run, ...decline });
      return;
    }
    case "run-stop":
      table.stop(frame.run, frame.reason);
      return;
    case "token-grant":
      table.grant(frame.run, frame.token);
      return;
    case "run-ended":
      table.forget(frame.run);
      return;
  }
}

/** Why nothing new is taken now, whatever it is. */
function reasonAgainst(state: WorkerState, run: string): Decline | undefined {
  if (state.table.held().some((offer) => offer.run === run)) return undefined;
  if (state.draining) return { why: "draining", reason: "this worker takes no more work" };
  const strained = strainsNow(state, measureMachine(state.dataFolder));
  return strained.length === 0 ? undefined : { why: "strained", reason: strainLine(strained) };
}

function strainsNow({ limits, table }: WorkerState, measured: Measured): readonly Strain[] {
  const found = strainsOf(measured, limits);
  return table.metFullDisk() && !found.includes("disk") ? [...found, "disk"] : found;
}

/** Ends that were not confirmed are told again after this long, milliseconds. */
const repeatAfter = 30_000;

/** Throws CoppiceError bad-input when the data folder is gone: every run would fail here, and fast, so that this worker would get them all. */
async function beat(state: WorkerState): Promise<void> {
  const { clock, dataFolder, ending, send, table } = state;
  while (!ending.signal.aborted) {
    await clock.sleep(state.heartbeatSeconds * 1_000, ending.signal).catch(() => undefined);
    if (ending.signal.aborted) return;
    if (!(await state.isFolderHeld()))
      throw new CoppiceError("bad-input", `the data folder ${dataFolder} was taken away`);
    table.repeat(repeatAfter);
    const measured = measureMachine(dataFolder);
    const strained = strainsNow(state, measured);
    const { load = 0, freeMemoryBytes = 0, freeDiskBytes = 0 } = measured;
    const machine = {
      load,
      freeMemoryBytes,
      freeDiskBytes,
      ...(strained.length === 0 ? {} : { strained: [...strained] }),
    };
    send({ kind: "heartbeat", runs: table.held().map(({ run }) => run), ...machine });
  }
}

/** How long stopping may take in all, and how long of it the hub may take to confirm the last ends. Milliseconds. */
const stopLimit = 5_500;
const confirmLimit = 1_500;

/** A worker from its parts: beats, drains, stops. `unlock` lets its data folder go. */
export function supervise(state: WorkerState, link: HubLink, unlock: () => Promise<void>): Worker {
  const { clock, table, ending, send } = state;
  const beating = beat(state);
  const ended = Promise.race([link.ended, beating.then(() => link.ended)])
    .catch((error: unknown) => {
      table.stopAll("the worker ends");
      ending.abort();
      return waitAtMost(clock, table.idle(), stopLimit).then(() => Promise.reject(error));
    })
    .finally(() => Promise.all([beating.catch(() => undefined), unlock()]));
  ended.catch(() => undefined);
  const finish = async (limit: number) => {
    await waitAtMost(clock, table.idle(), limit);
    const deadline = clock.monotonic() + confirmLimit;
    while (table.held().length > table.working() && clock.monotonic() < deadline) await clock.sleep(50);
    ending.abort();
  };
  const drain = async () => {
    await waitAtMost(clock, table.idle(), state.drainMilliseconds);
    if (table.working() > 0) table.stopAll("the worker was asked to end, and this took too long to be waited for");
    await finish(stopLimit - confirmLimit);
  };
  return {
    ended,
    drain: () => {
      if (state.draining) return;
      state.draining = true;
      send({ kind: "worker-drain" });
      void drain();
    },
    stop: async (reason) => {
      state.draining = true;
      table.stopAll(reason);
      await finish(stopLimit - confirmLimit);
      await ended.catch(() => undefined);
    },
  };
}

async function waitAtMost(clock: Clock, work: Promise<void>, milliseconds: number): Promise<void> {
  const waiting = new AbortController();
  await Promise.race([work, clock.sleep(milliseconds, waiting.signal).catch(() => undefined)]);
  waiting.abort();
}
