import { watchClaims } from "./claims.ts";
import type { HubState, KnownWorker } from "./state.ts";
import { claimsOf, forgetRun, runsOf, silentPeriods } from "./state.ts";

/** How long a worker that went away without runs is still shown, milliseconds. */
const shownFor = 15 * 60_000;

/** One look at the clock: cuts silent workers off, gives up the runs of those who stay away, forgets the rest. */
export function watchWorkers(state: HubState): void {
  const now = state.needs.clock.monotonic();
  for (const worker of state.workers.values()) {
    const silentFor = now - worker.lastSeen;
    if (worker.link !== undefined) cutIfSilent(state, worker, silentFor);
    else giveUp(state, worker, silentFor);
  }
  watchClaims(state);
}

function cutIfSilent(state: HubState, worker: KnownWorker, silentFor: number): void {
  if (silentFor <= silentPeriods * state.needs.timing.heartbeat * 1_000) return;
  state.needs.log.warn(
    { worker: worker.id, silentFor: Math.round(silentFor) },
    "A worker is silent; its connection is cut",
  );
  worker.link?.cut();
}

function giveUp(state: HubState, worker: KnownWorker, silentFor: number): void {
  for (const run of runsOf(state, worker.id)) {
    if (silentFor > run.leaseSeconds * 1_000) forgetRun(state, run, "its worker stayed away for longer than its lease");
  }
  const has = runsOf(state, worker.id).length + claimsOf(state, worker.id).length;
  if (silentFor > shownFor && has === 0) state.workers.delete(worker.id);
}
