import { join } from "node:path";
import type { Hono } from "hono";
import type { RepositoryName } from "../core/repository.ts";
import { fullName } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { Dispatch } from "../ports/dispatch.ts";
import type { Log } from "../ports/log.ts";
import type { PlanListing } from "./api.ts";
import { createApi } from "./api.ts";
import type { WorkerEndpoint } from "./endpoint.ts";
import { createWorkerEndpoint } from "./endpoint.ts";
import type { HubEvents } from "./events.ts";
import { createHubEvents } from "./events.ts";
import type { ExplainPlan } from "./explain-route.ts";
import type { HostCounts } from "./metrics.ts";
import { createMetrics } from "./metrics.ts";
import { offerTask } from "./offer.ts";
import type { PreviewPlans } from "./preview-route.ts";
import { createRunLogs } from "./run-logs.ts";
import type { HubNeeds, HubState, HubTiming } from "./state.ts";
import { defaultTiming, runView, workerView } from "./state.ts";
import { watchWorkers } from "./watch.ts";
import { openWorkerTokens } from "./worker-tokens.ts";

export interface HubOptions {
  /** Where the worker tokens' hashes lie. */
  readonly folder: string;
  /** Guards the API and enrolment. */
  readonly operatorToken: string;
  readonly mintToken: HubNeeds["mintToken"];
  readonly readLease: HubNeeds["readLease"];
  readonly isOwnRun: HubNeeds["isOwnRun"];
  readonly onRunEnd: HubNeeds["onRunEnd"];
  readonly plans: () => Promise<readonly PlanListing[]>;
  readonly explain?: ExplainPlan;
  readonly preview?: PreviewPlans;
  /** How many repositories are not looked after now; none when absent. */
  readonly failing?: () => number;
  /** What the host counts for `/metrics`. */
  readonly counts?: HostCounts;
  readonly clock: Clock;
  readonly log: Log;
  readonly timing?: Partial<HubTiming>;
}

/** Workers, their runs, and those who watch them. */
export interface Hub extends Dispatch {
  /** Gives the worker's token, shown once; enrolling a name again replaces it, and closes what came in with the old one. */
  enrol(name: string): Promise<string>;
  readonly events: HubEvents;
  /** The newest 256 kB a run has logged. */
  log(run: string): string | undefined;
  /** `/api`, `/metrics` and `/healthz`, for the http server that hosts the hub. */
  readonly api: Hono;
  readonly upgrade: WorkerEndpoint["upgrade"];
  /** Closes all connections; the workers keep working and look for the next hub. */
  close(): Promise<void>;
}

export async function createHub(options: HubOptions): Promise<Hub> {
  const timing = { ...defaultTiming, ...options.timing };
  const needs: HubNeeds = { ...options, timing };
  const events = createHubEvents(options.log);
  const tables = { workers: new Map(), runs: new Map(), claims: new Map(), ending: new Set<string>() };
  const state: HubState = { needs, ...tables, logs: createRunLogs(), events };
  const tokens = await openWorkerTokens(join(options.folder, "hub"));
  const endpoint = createWorkerEndpoint(state, tokens);
  const stopping = new AbortController();
  const watching = watch(state, endpoint, stopping.signal);
  const metrics = createMetrics({
    workers: () => [...state.workers.values()].map((worker) => workerView(state, worker)),
    runs: () => state.runs.size,
    events,
    now: options.clock.now,
    ...(options.counts === undefined ? {} : { counts: options.counts }),
  });
  const hub: Omit<Hub, "api"> = {
    ...dispatchOf(state),
    async enrol(name) {
      const token = await tokens.enrol(name);
      endpoint.dismiss(name);
      return token;
    },
    events,
    log: (run) => state.logs.read(run),
    upgrade: endpoint.upgrade,
    async close() {
      stopping.abort();
      metrics.stop();
      await Promise.all([endpoint.stop(), watching]);
    },
  };
  const api = createApi({ hub, runs: () => [...state.runs.values()], metrics, ...options, stopping: stopping.signal });
  return { ...hub, api };
}

function dispatchOf(state: HubState): Dispatch {
  return {
    workers: () => [...state.workers.values()].map((worker) => workerView(state, worker)),
    runs: (repository) => runsIn(state, repository),
    offer: (worker, offer) => offerTask(state, worker, offer),
    stop(id, reason) {
      const run = state.runs.get(id);
      if (run === undefined) return;
      run.stopped = true;
      state.workers.get(run.worker)?.link?.send({ kind: "run-stop", run: id, reason: reason.slice(0, 500) });
    },
    isGone: (holder) => isGone(state, holder),
  };
}

function runsIn(state: HubState, repository: RepositoryName): ReturnType<Dispatch["runs"]> {
  const name = fullName(repository);
  return [...state.runs.values()].filter((run) => fullName(run.repository) === name).map(runView);
}

/**
 * Offered and accepted runs are in the table before they claim: a claim's holder is never gone by mistake. Another hub
 * may have a worker of the same name: of its runs nothing is known here.
 */
function isGone(state: HubState, holder: string): boolean {
  const slash = holder.indexOf("/");
  const run = holder.slice(slash + 1);
  const worker = state.workers.get(holder.slice(0, slash));
  if (slash < 0 || worker?.link === undefined || !state.needs.isOwnRun(run)) return false;
  return state.runs.get(run)?.worker !== worker.id && !state.claims.has(holder);
}

async function watch(state: HubState, endpoint: WorkerEndpoint, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await state.needs.clock.sleep(state.needs.timing.heartbeat * 500, signal);
    } catch {
      return;
    }
    endpoint.ping();
    watchWorkers(state);
  }
}
