import { fullName } from "../core/repository.ts";
import type { Strain } from "../core/worker/strain.ts";
import type { HubState, KnownRun, KnownWorker, LaterFrame } from "./state.ts";
import { announceRun, announceWorker, forgetRun, holderOf, runsOf, runView } from "./state.ts";

type Frames = { readonly [Frame in LaterFrame as Frame["kind"]]: Frame };

type Receivers = {
  readonly [Kind in keyof Frames]: (state: HubState, worker: KnownWorker, frame: Frames[Kind]) => void;
};

/** Acts on one frame; a frame about a run the hub does not know is answered by stopping that run. */
export function receive(state: HubState, worker: KnownWorker, frame: LaterFrame): void {
  pass(state, worker, { kind: frame.kind, frame });
}

/** The kind beside the frame lets the compiler see that they belong together. */
function pass<Kind extends keyof Frames>(
  state: HubState,
  worker: KnownWorker,
  { kind, frame }: { kind: Kind; frame: Frames[Kind] },
): void {
  receivers[kind](state, worker, frame);
}

const receivers: Receivers = {
  "task-accept": (state, worker, frame) => {
    withRun(state, worker, frame.run, (run) => {
      if (run.phase === "offered") run.phase = "claiming";
      run.answer?.(true);
      announceRun(state, run, "accepted");
    });
  },
  "task-decline": (state, worker, frame) => {
    const run = ownRun(state, worker, frame.run);
    if (run === undefined) return;
    state.needs.log.info({ worker: worker.id, run: run.run, reason: frame.reason }, "An offer was declined");
    forgetRun(state, run, frame.reason);
  },
  "run-start": (state, worker, frame) => {
    withRun(state, worker, frame.run, (run) => {
      run.phase = "preparing";
      worker.warm.add(fullName(run.repository));
      state.events.emit({ kind: "run-start", repository: run.repository, plan: run.plan, run: runView(run) });
    });
  },
  "run-log": (state, worker, frame) => {
    withRun(state, worker, frame.run, (run) => {
      state.logs.append(run.run, frame.text);
      state.events.emit({ kind: "run-log", run: run.run, text: frame.text });
    });
  },
  "run-progress": (state, worker, frame) => {
    withRun(state, worker, frame.run, (run) => {
      run.phase = frame.phase;
      announceRun(state, run, frame.note);
    });
  },
  "run-end": (state, worker, frame) => {
    const run = ownRun(state, worker, frame.run);
    // Told again before it was recorded: the answer to the first time is the answer.
    if (state.ending.has(frame.run)) return;
    // Ended before, and the answer was lost: the worker may forget it all the same.
    if (run === undefined) worker.link?.send({ kind: "run-ended", run: frame.run });
    else endRun(state, worker, run, frame.outcome);
  },
  heartbeat: (state, worker, frame) => {
    noteStrain(state, worker, frame.strained ?? []);
    const living = new Set(frame.runs);
    for (const id of living) withRun(state, worker, id, () => undefined);
    for (const run of runsOf(state, worker.id)) noteHeartbeat(state, run, living.has(run.run));
  },
  "worker-drain": (state, worker) => {
    worker.draining = true;
    announceWorker(state, worker);
  },
  "token-request": (state, worker, frame) => {
    withRun(state, worker, frame.run, (run) => grantToken(state, worker, run));
  },
};

function ownRun(state: HubState, worker: KnownWorker, id: string): KnownRun | undefined {
  const run = state.runs.get(id);
  return run?.worker === worker.id ? run : undefined;
}

function withRun(state: HubState, worker: KnownWorker, id: string, then: (run: KnownRun) => void): void {
  const run = ownRun(state, worker, id);
  // A heartbeat may name what is not proven yet, or is just ending.
  const isClaimed = state.claims.has(holderOf({ worker: worker.id, run: id }));
  if (run !== undefined) then(run);
  else if (!isClaimed && !state.ending.has(id))
    worker.link?.send({ kind: "run-stop", run: id, reason: "the hub does not know this run" });
}

/** The run leaves the table in the same tick in which its end is handed on: nobody sees it gone without knowing how it ended. */
function endRun(state: HubState, worker: KnownWorker, run: KnownRun, outcome: EndFrame["outcome"]): void {
  state.runs.delete(run.run);
  run.answer?.(true);
  const { repository, plan, issue } = run;
  const ended = { repository, plan, issue, run: run.run, outcome };
  state.ending.add(run.run);
  const recorded = state.needs.onRunEnd(ended).finally(() => state.ending.delete(run.run));
  state.events.emit({ kind: "run-end", ...ended });
  recorded.then(
    () => worker.link?.send({ kind: "run-ended", run: run.run }),
    (error) => {
      // Unanswered, the worker keeps the end and tells it again: by the clock, and when it connects next.
      state.runs.set(run.run, run);
      state.needs.log.error({ run: run.run, error: String(error) }, "A run's end could not be recorded");
    },
  );
}

type EndFrame = Extract<LaterFrame, { kind: "run-end" }>;

/** A worker whose machine is short of something gets nothing until it beats without saying so. */
function noteStrain(state: HubState, worker: KnownWorker, strained: readonly Strain[]): void {
  if (strained.join() === worker.strained.join()) return;
  worker.strained = strained;
  announceWorker(state, worker);
}

/** A worker that beats twice without a run it had taken has lost it. */
function noteHeartbeat(state: HubState, run: KnownRun, named: boolean): void {
  if (named || run.phase === "offered") {
    run.missed = 0;
    return;
  }
  run.missed += 1;
  if (run.missed >= 2) forgetRun(state, run, "the worker no longer has it");
}

function grantToken(state: HubState, worker: KnownWorker, run: KnownRun): void {
  state.needs.mintToken(run.repository).then(
    (token) => worker.link?.send({ kind: "token-grant", run: run.run, token }),
    (error) => state.needs.log.warn({ run: run.run, error: String(error) }, "A git token could not be renewed"),
  );
}
