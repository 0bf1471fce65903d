import { CoppiceError } from "../core/errors.ts";
import { fullName } from "../core/repository.ts";
import type { TaskOffer } from "../ports/dispatch.ts";
import { parseHubFrame } from "../wire/frames/codec.ts";
import type { HubFrame } from "../wire/frames/frames.ts";
import type { HubState, KnownRun, KnownWorker } from "./state.ts";
import { announceRun, forgetRun, workerView } from "./state.ts";

/** Offers a task and waits for the answer; false when the worker cannot take it. Throws when no git token can be had. */
export async function offerTask(state: HubState, workerId: string, offer: TaskOffer): Promise<boolean> {
  const worker = state.workers.get(workerId);
  if (worker === undefined || !hasRoom(state, worker) || state.runs.has(offer.run)) return false;
  const run = reserve(state, worker, offer);
  try {
    const token = await within(state, "a git token", state.needs.mintToken(offer.repository));
    const frame = offerFrame(offer, token);
    if (worker.link === undefined || !state.runs.has(run.run)) return false;
    return await answerTo(state, worker, run, frame);
  } finally {
    if (state.runs.get(run.run) === run && run.phase === "offered") forgetRun(state, run, "the offer was not taken");
  }
}

function hasRoom(state: HubState, worker: KnownWorker): boolean {
  const view = workerView(state, worker);
  return view.connected && !view.draining && view.free > 0;
}

/** The slot is taken before anything is awaited: two offers at once never share it. */
function reserve(state: HubState, worker: KnownWorker, offer: TaskOffer): KnownRun {
  const run: KnownRun = {
    run: offer.run,
    repository: offer.repository,
    plan: offer.plan,
    issue: offer.issue,
    worker: worker.id,
    agent: offer.agent ?? worker.agents[0] ?? "",
    startedAt: new Date(state.needs.clock.now()).toISOString(),
    leaseSeconds: offer.lease.seconds,
    phase: "offered",
    missed: 0,
    stopped: false,
    answer: undefined,
  };
  state.runs.set(run.run, run);
  return run;
}

/** An offer the worker would refuse as malformed is our mistake, found before it is sent. */
function offerFrame(offer: TaskOffer, token: string): HubFrame {
  try {
    return parseHubFrame(JSON.stringify({ kind: "task-offer", offer, token }));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CoppiceError("frame-invalid", `the offer cannot be sent: ${why}`, { cause });
  }
}

async function answerTo(state: HubState, worker: KnownWorker, run: KnownRun, frame: HubFrame): Promise<boolean> {
  const waiting = new AbortController();
  const answered = new Promise<boolean>((resolve) => {
    run.answer = resolve;
  });
  const late = state.needs.clock.sleep(state.needs.timing.answer * 1_000, waiting.signal).then(
    () => "late" as const,
    () => "late" as const,
  );
  announceRun(state, run, `offered to ${worker.id}`);
  worker.link?.send(frame);
  const outcome = await Promise.race([answered, late]);
  waiting.abort();
  run.answer = undefined;
  if (outcome !== "late") return outcome;
  // An acceptance that is under way now must not start work nobody counts on.
  worker.link?.send({ kind: "run-stop", run: run.run, reason: "the offer was not answered in time" });
  state.needs.log.warn(
    { worker: worker.id, run: run.run, repository: fullName(run.repository) },
    "An offer was not answered in time",
  );
  return false;
}

async function within<T>(state: HubState, what: string, work: Promise<T>): Promise<T> {
  const seconds = 30;
  const waiting = new AbortController();
  const late = state.needs.clock.sleep(seconds * 1_000, waiting.signal).then(() => {
    throw new CoppiceError("timed-out", `${what} could not be had within ${seconds} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    waiting.abort();
    late.catch(() => undefined);
  }
}
