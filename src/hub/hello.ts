import type { RepositoryName } from "../core/repository.ts";
import { fullName } from "../core/repository.ts";
import type { WorkerFrame } from "../wire/frames/frames.ts";
import { protocolVersion } from "../wire/frames/frames.ts";
import type { HubState, KnownRun, KnownWorker, WorkerLink } from "./state.ts";
import { announceRun, announceWorker, forgetRun, runsOf } from "./state.ts";

export type Hello = Extract<WorkerFrame, { kind: "worker-hello" }>;

/** Close code of a connection whose worker connected again elsewhere: it must not reconnect. */
export const replacedCode = 4001;

/** What an adopted run's lease is taken to be: the policy's default length, seconds. */
const adoptedLeaseSeconds = 900;

/** Makes a connection the worker's connection, adopts the runs it names and drops those it no longer has. */
export function welcome(state: HubState, hello: Hello, link: WorkerLink): KnownWorker {
  const worker = knownWorker(state, hello);
  const older = worker.link;
  worker.link = link;
  older?.close(replacedCode, "another connection of this worker took over");
  const stop = hello.runs.filter((claimed) => !adopt(state, worker, claimed)).map((claimed) => claimed.run);
  const held = new Set(hello.runs.map((claimed) => claimed.run));
  for (const run of runsOf(state, worker.id)) {
    if (!held.has(run.run)) forgetRun(state, run, "the worker connected again without it");
  }
  link.send({ kind: "hub-welcome", version: protocolVersion, heartbeatSeconds: state.needs.timing.heartbeat, stop });
  announceWorker(state, worker);
  return worker;
}

function knownWorker(state: HubState, hello: Hello): KnownWorker {
  const agents = hello.agents.map((agent) => agent.id);
  const lastSeen = state.needs.clock.monotonic();
  const known = state.workers.get(hello.worker);
  if (known === undefined) {
    const warm = new Set(hello.warm);
    const worker = { id: hello.worker, link: undefined, slots: hello.slots, agents, warm, draining: false, lastSeen };
    state.workers.set(hello.worker, worker);
    return worker;
  }
  known.slots = hello.slots;
  known.agents = agents;
  known.draining = false;
  known.lastSeen = lastSeen;
  known.warm.clear();
  for (const repository of hello.warm) known.warm.add(repository);
  return known;
}

/** False when the run cannot be this worker's: it is another's, or its task is being done by another run. */
function adopt(state: HubState, worker: KnownWorker, claimed: Hello["runs"][number]): boolean {
  const known = state.runs.get(claimed.run);
  if (known !== undefined) return known.worker === worker.id && keep(known);
  const repository = parseRepository(claimed.repository);
  if (repository === undefined || isTakenByAnother(state, repository, claimed.issue)) return false;
  const run: KnownRun = {
    run: claimed.run,
    repository,
    plan: claimed.plan,
    issue: claimed.issue,
    worker: worker.id,
    agent: worker.agents[0] ?? "",
    startedAt: new Date(state.needs.clock.now()).toISOString(),
    leaseSeconds: adoptedLeaseSeconds,
    phase: "working",
    missed: 0,
    stopped: false,
    answer: undefined,
  };
  state.runs.set(run.run, run);
  announceRun(state, run, "adopted");
  return true;
}

/** A worker that names a run whose offer is still open has taken it; false for a run that was to stop meanwhile. */
function keep(run: KnownRun): boolean {
  if (run.phase === "offered") run.phase = "claiming";
  run.answer?.(true);
  return !run.stopped;
}

function isTakenByAnother(state: HubState, repository: RepositoryName, issue: number): boolean {
  const name = fullName(repository);
  return [...state.runs.values()].some((run) => run.issue === issue && fullName(run.repository) === name);
}

function parseRepository(text: string): RepositoryName | undefined {
  const [owner, name, ...rest] = text.split("/");
  return owner && name && rest.length === 0 ? { owner, name } : undefined;
}
