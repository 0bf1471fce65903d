import type { RepositoryName } from "../core/repository.ts";
import type { WorkerFrame } from "../wire/frames/frames.ts";
import { protocolVersion } from "../wire/frames/frames.ts";
import { claim, dropClaim } from "./claims.ts";
import type { HubState, KnownRun, KnownWorker, WorkerLink } from "./state.ts";
import { announceWorker, claimsOf, forgetRun, runsOf } from "./state.ts";

export type Hello = Extract<WorkerFrame, { kind: "worker-hello" }>;

/** Close code of a connection whose worker connected again elsewhere: it must not reconnect. */
const replacedCode = 4001;

/** Makes a connection the worker's connection, keeps or has proven the runs it names, and drops those it no longer has. */
export function welcome(state: HubState, hello: Hello, link: WorkerLink): KnownWorker {
  const worker = knownWorker(state, hello);
  const older = worker.link;
  worker.link = link;
  older?.close(replacedCode, "another connection of this worker took over");
  const stop = hello.runs.filter((claimed) => !accept(state, worker, claimed)).map((claimed) => claimed.run);
  const held = new Set(hello.runs.map((claimed) => claimed.run));
  for (const run of runsOf(state, worker.id)) {
    if (!held.has(run.run)) forgetRun(state, run, "the worker connected again without it");
  }
  for (const claimed of claimsOf(state, worker.id)) {
    if (!held.has(claimed.run)) dropClaim(state, claimed);
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
    const worker = {
      id: hello.worker,
      link: undefined,
      slots: hello.slots,
      agents,
      warm,
      draining: false,
      strained: [],
      lastSeen,
    };
    state.workers.set(hello.worker, worker);
    return worker;
  }
  known.slots = hello.slots;
  known.agents = agents;
  known.draining = false;
  known.strained = [];
  known.lastSeen = lastSeen;
  known.warm.clear();
  for (const repository of hello.warm) known.warm.add(repository);
  return known;
}

/** False when the run cannot be this worker's. One that this life of the hub did not offer has to be proven. */
function accept(state: HubState, worker: KnownWorker, said: Hello["runs"][number]): boolean {
  const known = state.runs.get(said.run);
  if (known !== undefined) return known.worker === worker.id && keep(known);
  const repository = parseRepository(said.repository);
  if (repository === undefined) return false;
  claim(state, { worker: worker.id, run: said.run, repository, issue: said.issue });
  return true;
}

/** A worker that names a run whose offer is still open has taken it; false for a run that was to stop meanwhile. */
function keep(run: KnownRun): boolean {
  if (run.phase === "offered") run.phase = "claiming";
  run.answer?.(true);
  return !run.stopped;
}

function parseRepository(text: string): RepositoryName | undefined {
  const [owner, name, ...rest] = text.split("/");
  return owner && name && rest.length === 0 ? { owner, name } : undefined;
}
