import type { HeldLease } from "../../src/core/lease/lease.ts";
import { release } from "../../src/core/lease/steps.ts";
import type { Usage } from "../../src/core/plan/plan.ts";
import { noUsage } from "../../src/core/plan/plan.ts";
import type { RunView } from "../../src/core/queue/snapshot.ts";
import type { Failure, FailureKind, RunOutcome, RunRecord } from "../../src/core/run/run.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Dispatch, RunEnded, TaskOffer, WorkerView } from "../../src/ports/dispatch.ts";
import { formatRun } from "../../src/wire/run-json.ts";
import type { People } from "./memory-forge/people.ts";
import type { MemoryLeases } from "./memory-leases.ts";

/** What becomes of a run. `vanish`: the worker forgets it, as after a crash; `silent`: nothing is heard of the worker again. */
export type Fate =
  | {
      readonly kind: "publish";
      readonly unverified?: boolean;
      readonly attention?: readonly string[];
      readonly usage?: Usage;
    }
  | { readonly kind: "fail"; readonly failure: FailureKind; readonly more?: Partial<Failure> }
  | { readonly kind: "vanish" | "silent" | "decline" };

export interface MemoryDispatchOptions {
  readonly clock: Clock;
  readonly leases: MemoryLeases;
  readonly people: Pick<People, "push">;
  /** Slots by worker. */
  readonly workers: Readonly<Record<string, number>>;
  /** How long a run takes, milliseconds. */
  readonly runMilliseconds: number;
  readonly fateOf: (offer: TaskOffer, worker: string) => Fate;
}

/** A hub whose workers live in this process and do as they are told. */
export interface MemoryDispatch extends Dispatch {
  /** Every offer that was accepted, in order. */
  readonly accepted: readonly { readonly worker: string; readonly offer: TaskOffer }[];
  readonly stopped: readonly string[];
  /** The most runs there were at once. */
  readonly mostAtOnce: () => number;
  /** Told of every run that ends. */
  listen(listener: (ended: RunEnded) => void): void;
}

export function memoryDispatch(options: MemoryDispatchOptions): MemoryDispatch {
  const runs = new Map<string, RunView>();
  const silent = new Set<string>();
  const accepted: { worker: string; offer: TaskOffer }[] = [];
  const stopped: string[] = [];
  let listener: (ended: RunEnded) => void = () => undefined;
  let most = 0;
  const views = (): WorkerView[] =>
    Object.entries(options.workers).map(([id, slots]) => {
      const taken = [...runs.values()].filter((run) => run.worker === id).length;
      const connected = !silent.has(id);
      return { id, connected, slots, free: slots - taken, agents: ["script"], warm: [], draining: false };
    });
  const work = async (worker: string, offer: TaskOffer, fate: Fate) => {
    const outcome = await carryOut(options, offer, fate);
    if (fate.kind === "silent") silent.add(worker);
    runs.delete(offer.run);
    const { repository, plan, issue, run } = offer;
    if (outcome !== undefined) listener({ repository, plan, issue, run, outcome });
  };
  return {
    accepted,
    stopped,
    mostAtOnce: () => most,
    listen(next) {
      listener = next;
    },
    workers: views,
    runs: () => [...runs.values()],
    async offer(worker, offer) {
      await Promise.resolve();
      const view = views().find(({ id }) => id === worker);
      const fate = options.fateOf(offer, worker);
      if (view === undefined || !view.connected || view.free <= 0 || fate.kind === "decline") return false;
      const startedAt = new Date(options.clock.now()).toISOString();
      const { run, issue } = offer;
      runs.set(run, { run, issue, worker, agent: "script", phase: "working", startedAt });
      accepted.push({ worker, offer });
      most = Math.max(most, runs.size);
      void work(worker, offer, fate);
      return true;
    },
    stop: (run) => void stopped.push(run),
    isGone(holder) {
      const [worker = "", run = ""] = holder.split("/");
      return worker in options.workers && !silent.has(worker) && !runs.has(run);
    },
  };
}

async function carryOut(
  { leases, clock, people, runMilliseconds }: MemoryDispatchOptions,
  offer: TaskOffer,
  fate: Fate,
): Promise<RunOutcome | undefined> {
  const claimed = leases.move(offer.expected, { ...offer.lease, phase: "running" });
  const at = () => new Date(clock.now()).toISOString();
  if (claimed.kind === "lost") {
    return { kind: "failed", usage: noUsage, failure: { kind: "lease-lost", message: "lost the claim", at: at() } };
  }
  const startedAt = at();
  await clock.sleep(runMilliseconds);
  if (fate.kind === "publish")
    return publish({ leases, people }, { offer, fate, held: claimed.held, startedAt, endedAt: at() });
  if (fate.kind !== "fail") return undefined;
  const failure = { kind: fate.failure, message: `told to fail: ${fate.failure}`, at: at(), ...fate.more };
  leases.move(claimed.held.oid, release(claimed.held.lease, failure));
  return { kind: "failed", failure, usage: noUsage };
}

interface Work {
  readonly offer: TaskOffer;
  readonly fate: Extract<Fate, { kind: "publish" }>;
  readonly held: HeldLease;
  readonly startedAt: string;
  readonly endedAt: string;
}

function publish(
  { leases, people }: Pick<MemoryDispatchOptions, "leases" | "people">,
  { offer, fate, held, startedAt, endedAt }: Work,
): RunOutcome {
  if (leases.current.get(offer.issue)?.oid !== held.oid) {
    return { kind: "failed", usage: noUsage, failure: { kind: "lease-lost", message: "fenced out", at: endedAt } };
  }
  const head = people.push(offer.lease.branch);
  const verification: RunRecord["verification"] = fate.unverified
    ? { kind: "none" }
    : { kind: "passed", command: "npm test", milliseconds: 1_000 };
  const record: RunRecord = {
    version: 1,
    run: offer.run,
    plan: offer.plan,
    task: offer.task.key,
    issue: offer.issue,
    epoch: offer.lease.epoch,
    worker: "memory",
    agent: "script",
    sandbox: "none",
    base: "0".repeat(40),
    head,
    verification,
    usage: fate.usage ?? noUsage,
    startedAt,
    endedAt,
    filesChanged: 1,
    ...(held.lease.failures.length === 0 ? {} : { failures: held.lease.failures }),
    ...(fate.attention === undefined ? {} : { attention: fate.attention }),
  };
  const files = new Map([
    ["result.md", `Result of ${offer.task.key}, epoch ${offer.lease.epoch}.\n`],
    ["run.json", formatRun(record)],
  ]);
  const answer = leases.publish(held, { ...held.lease, phase: "published", head, base: record.base }, files);
  const lease = answer.kind === "held" ? answer.held.oid : "";
  return { kind: "published", head, lease, verification, usage: noUsage };
}
