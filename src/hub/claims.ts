import type { Lease } from "../core/lease/lease.ts";
import { fullName } from "../core/repository.ts";
import { receive } from "./receive.ts";
import type { ClaimedRun, HubState, KnownRun, KnownWorker, LaterFrame } from "./state.ts";
import { announceRun, holderOf } from "./state.ts";

/** How long a claim may stay unproven, milliseconds: the policy's default lease, after which nobody counts on the run. */
const patience = 900_000;

/** Characters of a claimed run's log that are kept: one frame's worth. */
const keptLog = 65_536;

/** Notes that a worker says it has this run, and asks its task's lease whether that is so. */
export function claim(state: HubState, said: Pick<ClaimedRun, "worker" | "run" | "repository" | "issue">): void {
  if (state.claims.has(holderOf(said))) return;
  const since = state.needs.clock.monotonic();
  const claimed: ClaimedRun = { ...said, since, waiting: new Map(), asking: false, over: undefined };
  state.claims.set(holderOf(claimed), claimed);
  void prove(state, claimed);
}

/** Asks again what could not be asked before, and gives up what stayed unproven for too long. */
export function watchClaims(state: HubState): void {
  for (const claimed of state.claims.values()) {
    if (state.needs.clock.monotonic() - claimed.since > patience) disown(state, claimed);
    else if (!claimed.asking && claimed.over === undefined) void prove(state, claimed);
  }
}

/** True when the frame is about a run that is not proven yet: it is kept, at most one of each kind. */
export function keepForLater(state: HubState, worker: KnownWorker, frame: LaterFrame): boolean {
  if (!("run" in frame)) return false;
  const claimed = state.claims.get(holderOf({ worker: worker.id, run: frame.run }));
  if (claimed === undefined) return false;
  const before = claimed.waiting.get(frame.kind);
  claimed.waiting.delete(frame.kind);
  claimed.waiting.set(frame.kind, joined(before, frame));
  if (claimed.over !== undefined) tellEnd(state, claimed, claimed.over);
  return true;
}

/** The worker does not name it any more, or is told that it is not its run. */
export function dropClaim(state: HubState, claimed: ClaimedRun): void {
  state.claims.delete(holderOf(claimed));
}

function joined(before: LaterFrame | undefined, frame: LaterFrame): LaterFrame {
  if (frame.kind !== "run-log" || before?.kind !== "run-log") return frame;
  return { ...frame, text: (before.text + frame.text).slice(-keptLog) };
}

async function prove(state: HubState, claimed: ClaimedRun): Promise<void> {
  claimed.asking = true;
  try {
    const lease = await state.needs.readLease(claimed.repository, claimed.issue);
    if (state.claims.get(holderOf(claimed)) !== claimed) return;
    if (lease?.holder !== holderOf(claimed)) return disown(state, claimed);
    if (lease.phase === "claimed" || lease.phase === "running") return adopt(state, claimed, lease);
    claimed.over = lease;
    tellEnd(state, claimed, lease);
  } catch (error) {
    state.needs.log.debug({ run: claimed.run, error: String(error) }, "A claimed run's lease cannot be read now");
  } finally {
    claimed.asking = false;
  }
}

/** From here on it is as if this life of the hub had offered it. */
function adopt(state: HubState, claimed: ClaimedRun, lease: Lease): void {
  const { repository, issue } = claimed;
  const name = fullName(repository);
  const isSame = (run: KnownRun) => run.issue === issue && fullName(run.repository) === name;
  if (state.runs.has(claimed.run) || [...state.runs.values()].some(isSame)) {
    disown(state, claimed);
    return;
  }
  dropClaim(state, claimed);
  const run = runOf(state, claimed, lease);
  state.runs.set(run.run, run);
  announceRun(state, run, "adopted");
  replay(state, claimed, [...claimed.waiting.values()]);
}

function runOf(state: HubState, { worker, run, repository, issue }: ClaimedRun, lease: Lease): KnownRun {
  return {
    run,
    repository,
    plan: lease.plan,
    issue,
    worker,
    agent: state.workers.get(worker)?.agents[0] ?? "",
    startedAt: new Date(state.needs.clock.now()).toISOString(),
    leaseSeconds: lease.seconds,
    phase: "working",
    missed: 0,
    stopped: false,
    answer: undefined,
  };
}

/** Its end is recorded as any other's, once it is told. */
function tellEnd(state: HubState, claimed: ClaimedRun, lease: Lease): void {
  const end = claimed.waiting.get("run-end");
  if (end === undefined) return;
  dropClaim(state, claimed);
  state.runs.set(claimed.run, runOf(state, claimed, lease));
  replay(state, claimed, [end]);
}

/** An end told of it is answered, so that the worker forgets it; nothing is recorded. */
function disown(state: HubState, claimed: ClaimedRun): void {
  dropClaim(state, claimed);
  const reason = "its task's lease does not name this run";
  state.workers.get(claimed.worker)?.link?.send({ kind: "run-stop", run: claimed.run, reason });
  const end = claimed.waiting.get("run-end");
  if (end !== undefined) replay(state, claimed, [end]);
}

function replay(state: HubState, { worker: id }: ClaimedRun, frames: readonly LaterFrame[]): void {
  const worker = state.workers.get(id);
  if (worker !== undefined) for (const frame of frames) receive(state, worker, frame);
}
