import { monitorEventLoopDelay } from "node:perf_hooks";
import type { CollectFunction } from "prom-client";
import { Counter, Gauge, Registry } from "prom-client";
import type { ApiCount } from "../core/budget/api-counts.ts";
import type { WorkerView } from "../ports/dispatch.ts";
import type { HubEvents } from "./events.ts";

/** What a hub's host counts; everything is counted since the start, nothing names a repository, a plan or a person. */
export interface HostCounts {
  /** Requests by route and hour. */
  readonly api?: () => readonly ApiCount[];
  /** How requests fared with the budget. */
  readonly budget?: () => BudgetCounts;
  /** Tasks of approved plans by their state at the last look. */
  readonly tasks?: () => ReadonlyMap<string, number>;
  /** Leases that somebody took over from a holder that was gone. */
  readonly takenOver?: () => number;
  /** Sweeps that found what no webhook had told of, and webhooks that were asked for once more. */
  readonly sweeps?: () => { readonly found: number; readonly redelivered: number };
}

export interface BudgetCounts {
  readonly waits: number;
  readonly waitedSeconds: number;
  /** Given up after waiting for too long. */
  readonly givenUp: number;
  /** Refused by the forge for a limit. */
  readonly refused: number;
}

export interface MetricsNeeds {
  readonly workers: () => readonly WorkerView[];
  readonly runs: () => number;
  readonly events: Pick<HubEvents, "subscribe">;
  readonly counts?: HostCounts;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Metrics {
  readonly contentType: string;
  /** In Prometheus' text format. */
  read(): Promise<string>;
  stop(): void;
}

/** How often the event loop's delay is sampled, milliseconds. */
const resolution = 20;

/** The hub's numbers for Prometheus. */
export function createMetrics(needs: MetricsNeeds): Metrics {
  const registry = new Registry();
  const lag = monitorEventLoopDelay({ resolution });
  lag.enable();
  measureWork(registry, needs);
  measureApi(registry, needs.counts ?? {}, needs.now);
  measureSweeps(registry, needs.counts ?? {});
  const loop = "How late the event loop was since the last reading.";
  gauge(registry, { name: "coppice_event_loop_lag_seconds", help: loop, labelNames: ["quantile"] }, (own) => {
    own.set({ quantile: "0.5" }, seconds(lag.percentile(50)));
    own.set({ quantile: "0.99" }, seconds(lag.percentile(99)));
    own.set({ quantile: "1" }, seconds(lag.max));
    lag.reset();
  });
  const memory = "Memory of the process.";
  gauge(registry, { name: "coppice_memory_bytes", help: memory, labelNames: ["kind"] }, (own) => {
    const { rss, heapUsed, external } = process.memoryUsage();
    for (const [kind, bytes] of Object.entries({ rss, heapUsed, external })) own.set({ kind }, bytes);
  });
  const outcomes = countOutcomes(registry, needs.events);
  return {
    contentType: registry.contentType,
    read: () => registry.metrics(),
    stop() {
      lag.disable();
      outcomes();
    },
  };
}

function measureWork(registry: Registry, { workers, runs, counts }: MetricsNeeds): void {
  const help = "Workers that are connected or were lately, by state.";
  gauge(registry, { name: "coppice_workers", help, labelNames: ["state"] }, (own) => {
    const all = workers();
    const connected = all.filter((worker) => worker.connected);
    own.set({ state: "connected" }, connected.length);
    own.set({ state: "away" }, all.length - connected.length);
    own.set({ state: "draining" }, connected.filter(({ draining }) => draining).length);
  });
  const slots = "Slots of connected workers.";
  gauge(registry, { name: "coppice_worker_slots", help: slots, labelNames: ["state"] }, (own) => {
    const connected = workers().filter((worker) => worker.connected);
    const free = connected.reduce((sum, worker) => sum + worker.free, 0);
    own.set({ state: "free" }, free);
    own.set({ state: "taken" }, connected.reduce((sum, worker) => sum + worker.slots, 0) - free);
  });
  gauge(registry, { name: "coppice_runs", help: "Runs under way." }, (own) => own.set(runs()));
  const tasks = "Tasks of approved plans, by state at the last look.";
  gauge(registry, { name: "coppice_tasks", help: tasks, labelNames: ["state"] }, (own) => {
    for (const [state, count] of counts?.tasks?.() ?? []) own.set({ state }, count);
  });
}

/** Routes are GitHub's templates: no name of anything stands in them. */
function measureApi(registry: Registry, { api, budget }: HostCounts, now: () => number): void {
  const measure = (name: string, help: string, amount: (count: ApiCount) => number) =>
    gauge(registry, { name, help, labelNames: ["route", "hour"] }, (own) => {
      for (const { route, hour, ...count } of perRoute(api?.() ?? [], now()))
        own.set({ route, hour }, amount({ route, hour, ...count }));
    });
  measure(
    "coppice_api_requests",
    "Requests to the forge in this hour and the one before, by route.",
    (count) => count.requests,
  );
  measure(
    "coppice_api_creations",
    "Things created on the forge in this hour and the one before, by route.",
    (count) => count.contents,
  );
  measure(
    "coppice_api_unchanged",
    "Requests answered with 304 in this hour and the one before, by route.",
    ({ unchanged = 0 }) => unchanged,
  );
  measure(
    "coppice_api_joined",
    "Reads that shared another's answer and were not sent, in this hour and the one before, by route.",
    ({ joined = 0 }) => joined,
  );
  const waits = "Requests that waited for room in the budget.";
  counter(registry, { name: "coppice_api_waits_total", help: waits }, () => budget?.().waits);
  const waited = "Time requests waited for room in the budget.";
  counter(registry, { name: "coppice_api_waited_seconds_total", help: waited }, () => budget?.().waitedSeconds);
  const givenUp = "Requests given up because there was no room in the budget for too long.";
  counter(registry, { name: "coppice_api_given_up_total", help: givenUp }, () => budget?.().givenUp);
  const refused = "Requests that the forge refused for a limit.";
  counter(registry, { name: "coppice_api_refused_total", help: refused }, () => budget?.().refused);
}

function measureSweeps(registry: Registry, { takenOver, sweeps }: HostCounts): void {
  const taken = "Leases taken over from a holder that was gone.";
  counter(registry, { name: "coppice_leases_taken_over_total", help: taken }, () => takenOver?.());
  const found = "Sweeps that found what no webhook had told of.";
  counter(registry, { name: "coppice_sweep_finds_total", help: found }, () => sweeps?.().found);
  const redelivered = "Webhooks that nobody took in and that were asked for once more.";
  counter(registry, { name: "coppice_webhooks_redelivered_total", help: redelivered }, () => sweeps?.().redelivered);
}

/** Ends with the function it gives. */
function countOutcomes(registry: Registry, events: MetricsNeeds["events"]): () => void {
  const help = "Runs that ended, by outcome.";
  const ended = new Counter({ name: "coppice_runs_ended_total", help, labelNames: ["outcome"], registers: [registry] });
  return events.subscribe((event) => {
    if (event.kind === "run-gone") ended.inc({ outcome: "gone" });
    if (event.kind !== "run-end") return;
    ended.inc({ outcome: event.outcome.kind === "failed" ? event.outcome.failure.kind : event.outcome.kind });
  });
}

type Shape = { readonly name: string; readonly help: string; readonly labelNames?: string[] };

function gauge(registry: Registry, { labelNames = [], ...shape }: Shape, read: (own: Gauge) => void): void {
  const collect: CollectFunction<Gauge> = function collectNow() {
    this.reset();
    read(this);
  };
  new Gauge({ ...shape, labelNames, registers: [registry], collect });
}

/** Read as it stands somewhere else; what nobody counts is left out. */
function counter(registry: Registry, shape: Shape, read: () => number | undefined): void {
  const collect: CollectFunction<Counter> = function collectNow() {
    this.reset();
    this.inc(read() ?? 0);
  };
  new Counter({ name: shape.name, help: shape.help, registers: [registry], collect });
}

/** The newest two hours, whatever plan it was for. */
function perRoute(counts: readonly ApiCount[], now: number): readonly ApiCount[] {
  const sums = new Map<string, ApiCount>();
  for (const { route, hour, requests, contents, unchanged = 0, joined = 0 } of counts) {
    if (Date.parse(hour) < now - 2 * 3_600_000) continue;
    const key = `${hour} ${route}`;
    const known = sums.get(key) ?? { route, hour, requests: 0, contents: 0 };
    sums.set(key, {
      ...{ route, hour, requests: known.requests + requests, contents: known.contents + contents },
      ...{ unchanged: (known.unchanged ?? 0) + unchanged, joined: (known.joined ?? 0) + joined },
    });
  }
  return [...sums.values()];
}

function seconds(nanoseconds: number): number {
  return Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0;
}
