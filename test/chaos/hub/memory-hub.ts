import { randomUUID } from "node:crypto";
import type { TendedRepository } from "../../../src/app/repositories.ts";
import { identityOf, Repositories } from "../../../src/app/repositories.ts";
import { createTending } from "../../../src/app/tend.ts";
import type { Work } from "../../../src/app/work.ts";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import { openInbox } from "../../../src/planner/inbox.ts";
import { keywordPlanner } from "../../../src/planner/keywords/keyword-planner.ts";
import { openPlanStore } from "../../../src/planner/plan-store.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import { Reconciler } from "../../../src/reconciler/loop.ts";
import { noCode } from "../../planner/inbox/support.ts";
import type { Life } from "../../reconciler/life.ts";
import { mortal } from "../../reconciler/life.ts";
import type { Stage } from "../../reconciler/stage.ts";
import type { MemoryDispatch } from "../../support/memory-dispatch.ts";
import { witnessed, witnessedForge } from "./witness.ts";

/** One app process without its doors: what webhooks enqueue, the inbox, the reconciler, and the timers. */
export interface MemoryHub {
  /** A webhook arrived. */
  enqueue(work: Work): void;
  stop(): Promise<void>;
}

/** In what a hub differs from a good one on a good machine. */
export interface Flaws {
  readonly clockOf?: (clock: Clock) => Clock;
  readonly forgeOf?: (forge: Stage["forge"]) => Stage["forge"];
  /** What it is called by other hubs. */
  readonly hubId?: string;
  /** Its workers; the stage's unless told otherwise. */
  readonly dispatch?: MemoryDispatch;
  /** It looks for nothing that no webhook told of. */
  readonly isDeaf?: boolean;
}

const same = <T>(value: T): T => value;

/** Starts one on a stage; it ends with its life, as by kill -9. */
export function startMemoryHub(stage: Stage, life: Life, flaws: Flaws = {}): MemoryHub {
  const { clockOf = same, forgeOf = same, isDeaf = false, hubId = "hub", dispatch: workers = stage.dispatch } = flaws;
  const clock = clockOf(mortalClock(stage.clock, life));
  const forge = mortal(forgeOf(witnessedForge(stage, stage.forge)), life);
  const dispatch = witnessed(stage, workers);
  const repository = openRepository(stage, life, { clock, forge, hubId, dispatch });
  const identity = identityOf(forge);
  const repositories = new Repositories({
    installations: { list: async () => [stage.forge.repository] },
    open: async () => repository,
    identify: async () => identity,
    log: stage.options.log,
  });
  const tending = createTending({ repositories, invalidate: () => undefined, clock, log: stage.options.log });
  dispatch.listen((run) => void (life.isOver || repository.ended(run)));
  if (!isDeaf) tending.start();
  return {
    enqueue: (work) => life.isOver || tending.enqueue(work),
    async stop() {
      // The dead never come to an end of their own.
      if (life.isOver) return;
      await Promise.all([tending.stop(), repositories.stop()]);
    },
  };
}

function openRepository(
  stage: Stage,
  life: Life,
  { clock, forge, hubId, dispatch }: { clock: Clock; forge: Stage["forge"]; hubId: string; dispatch: MemoryDispatch },
): TendedRepository {
  const stopping = new AbortController();
  const store = openPlanStore(forge.ledger, stage.options.log);
  const reconciler = new Reconciler({
    ...{ ...stage.options, clock, forge, hubId, plans: store },
    leases: mortal(stage.leases, life),
    dispatch: mortal(dispatch, life, ["offer"]),
  });
  const inbox = openInbox({
    ...{ forge, store, clock, log: stage.options.log, planner: keywordPlanner, code: noCode, hubId, newId: randomUUID },
    policy: async () => defaultPolicy,
    standings: async () => new Map(),
    agents: () => ({ workers: [], runs: [] }),
    started: (issue) => reconciler.answers.started(issue),
    wake: (issue) => reconciler.wake(issue),
    status: async (issue) => reconciler.answers.status(issue) ?? "",
    doneTasks: () => undefined,
    signal: stopping.signal,
  });
  const running = reconciler.run(stopping.signal);
  return {
    name: stage.forge.repository,
    identity: identityOf(stage.forge),
    handle: (issue) => inbox.handle(issue),
    sweep: () => inbox.sweep(),
    heard: (news) => {
      if (news.kind === "comment") reconciler.heard({ kind: "comment", issue: news.issue });
      else reconciler.heard({ kind: "forge" });
    },
    wake: (plan) => (plan === undefined ? reconciler.wakeAll() : reconciler.wake(plan)),
    reconcile: () => reconciler.reconcileAll(),
    lease: async () => undefined,
    ended: async (run) => reconciler.runEnded(run),
    plans: () => store.list(),
    tasks: () => [],
    explain: () => undefined,
    gitToken: async () => "",
    isFailing: () => false,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** The dead wake up no more. */
function mortalClock(clock: Clock, life: Life): Clock {
  const never = new Promise<never>(() => undefined);
  return {
    now: clock.now,
    monotonic: clock.monotonic,
    sleep: async (milliseconds, signal) => {
      await clock.sleep(milliseconds, signal);
      if (life.isOver) await never;
    },
  };
}
