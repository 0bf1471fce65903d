import type { Plan, PlanRecord, PlanState } from "../../src/core/plan/plan.ts";
import { noUsage } from "../../src/core/plan/plan.ts";
import type { Specialist } from "../../src/core/task/specialist.ts";
import type { PlannedTask, TaskKey } from "../../src/core/task/task.ts";
import { openPlanStore } from "../../src/planner/plan-store.ts";
import type { Log } from "../../src/ports/log.ts";
import type { PlanEdit, Plans } from "../../src/ports/plans.ts";
import { Reconciler } from "../../src/reconciler/loop.ts";
import type { ReconcilerOptions } from "../../src/reconciler/ports.ts";
import { planPath, recordPath } from "../../src/wire/ledger-paths.ts";
import { formatPlan, planHash } from "../../src/wire/plan-yaml.ts";
import { formatRecord } from "../../src/wire/record-yaml.ts";
import type { Fate, MemoryDispatchOptions } from "../support/memory-dispatch.ts";
import { memoryDispatch } from "../support/memory-dispatch.ts";
import type { SettableClock } from "../support/memory-forge/clock.ts";
import { memoryForge } from "../support/memory-forge/memory-forge.ts";
import type { MemoryIssue, MemoryPull } from "../support/memory-forge/world.ts";
import { memoryLeases } from "../support/memory-leases.ts";
import type { Life } from "./life.ts";
import { mortal } from "./life.ts";

export interface StageOptions {
  /** `.github/coppice.yml`. */
  readonly config?: string;
  readonly workers?: Readonly<Record<string, number>>;
  readonly runMilliseconds?: number;
  /** 0 unless told otherwise: nobody checks here. */
  readonly checksGraceSeconds?: number;
  readonly specialists?: readonly Specialist[];
  readonly fateOf?: (key: TaskKey, epoch: number) => Fate;
}

/** A repository in memory, workers in memory, a clock the test moves, and reconcilers that come and go. */
export type Stage = ReturnType<typeof openStage>;

export function openStage(given: StageOptions = {}) {
  const { config, workers, runMilliseconds = 2_000, checksGraceSeconds = 0, specialists, fateOf } = given;
  const memory = memoryForge();
  const { forge, people, world, clock, journal } = memory;
  const leases = memoryLeases(world);
  const dispatchOptions: MemoryDispatchOptions = {
    ...{ clock, leases, people, runMilliseconds },
    workers: workers ?? { "worker-a": 2, "worker-b": 2 },
    fateOf: (offer) => fateOf?.(offer.task.key, offer.lease.epoch) ?? { kind: "publish" },
  };
  const dispatch = memoryDispatch(dispatchOptions);
  const plans = openPlanStore(forge.ledger, quiet);
  const file = { text: config, head: "1".repeat(40) };
  let ids = 0;
  const options: ReconcilerOptions = {
    ...{ forge, plans, leases, dispatch, clock, log: quiet },
    code: { refresh: async () => file.head, read: async () => file.text },
    limits: { checksGraceSeconds },
    ...(specialists === undefined ? {} : { specialists: async () => specialists }),
    author: { name: "coppice[bot]", email: "coppice@example.test" },
    newId: () => `id-${++ids}`,
  };
  let led: Pick<ReconcilerOptions, "leadership"> = {};
  const stores = new Map<Reconciler, Plans>();
  const stops: (() => Promise<void>)[] = [];
  return {
    ...{ forge, people, world, clock, journal, leases, dispatch, plans, options },
    configure(text: string) {
      file.text = text;
      file.head = file.head.replace(/\d+$/, (digits) => String(BigInt(digits) + 1n));
    },
    /** Reconcilers started from now on share the repository with other hubs. */
    lead(leadership: NonNullable<ReconcilerOptions["leadership"]>): void {
      led = { leadership };
    },
    /** Starts a reconciler; every call it makes outside is one moment of `life`. */
    start(life?: Life, hub: Partial<Pick<ReconcilerOptions, "hubId" | "dispatch">> = {}): Reconciler {
      // What a process remembers dies with it.
      const own = { ...options, ...hub, ...led, plans: openPlanStore(forge.ledger, quiet) };
      const reconciler = new Reconciler(life === undefined ? own : living(own, life));
      stores.set(reconciler, own.plans);
      const stopping = new AbortController();
      const ended = reconciler.run(stopping.signal);
      dispatch.listen((run) => reconciler.runEnded(run));
      stops.push(async () => {
        stopping.abort();
        // The dead never come to an end of their own.
        if (!life?.isOver) await ended;
      });
      return reconciler;
    },
    /** Tells it that the ledger was changed by somebody. */
    hear(reconciler: Reconciler): void {
      stores.get(reconciler)?.doubt();
      reconciler.heard({ kind: "ledger" });
    },
    async stop() {
      for (const stop of stops.splice(0)) await stop();
    },
    approve: (tasks: readonly PlannedTask[], goal?: string) => writePlan(memory, tasks, goal),
    /** A commit of the planner's: whatever is given, else as it was. */
    revise: (plan: number, change: (state: PlanState) => Partial<PlanChange>): Promise<void> =>
      plans.edit(plan, (state) => {
        if (state === undefined) throw new Error(`there is no plan #${plan}`);
        const { plan: before, record } = state;
        return { answer: undefined, change: { plan: before, record, message: "by the planner", ...change(state) } };
      }),
    /** Somebody writes `/approve`, and the planner takes the newest revision for approved. */
    async approveAgain(plan: number, by = "ada"): Promise<void> {
      const { id: comment } = people.comment(by, plan, "/approve");
      plans.doubt();
      await this.revise(plan, ({ record, plan: before, hash, amendment }) => {
        const at = new Date(clock.now()).toISOString();
        const newest = { revision: record.revision, hash: amendment?.hash ?? hash };
        return {
          plan: amendment?.plan ?? before,
          record: { ...record, status: { kind: "approved", approval: { ...newest, by, comment, at } } },
          ...{ amendment: null, foreign: null },
        };
      });
    },
    /** What `/cancel` leaves. */
    cancel(plan: number, by = "ada"): Promise<void> {
      const status = { kind: "cancelled", by, at: new Date(clock.now()).toISOString() } as const;
      return this.revise(plan, ({ record }) => ({ record: { ...record, status }, amendment: null }));
    },
    /** Looks at everything so many times, as if somebody had told of changes; gives what was written meanwhile. */
    async writesDuringLooks(reconciler: Reconciler, plan: number, looks = 20): Promise<readonly string[]> {
      journal.clear();
      for (let look = 0; look < looks; look++) {
        reconciler.heard({ kind: "forge" });
        reconciler.heard({ kind: "comment", issue: plan });
        await passTime(clock, 1_000);
      }
      return journal.calls.map(({ verb }) => verb).filter((verb) => writes.test(verb));
    },
    /** What the app itself has written, oldest first. */
    ownComments: (): readonly string[] =>
      [...world.comments.values()].filter(({ author }) => author === forge.botLogin).map(({ body }) => body),
    /** Moves the clock from one thing that happens to the next until it holds; fails after so much time of the stage's clock. */
    async until(holds: () => boolean | Promise<boolean>, limit = 15 * 60_000): Promise<void> {
      const end = clock.monotonic() + limit;
      while (!(await holds())) {
        if (clock.monotonic() >= end) throw new Error(`it did not come to pass within ${limit / 1_000} s`);
        await clock.step(end);
      }
    },
    untilDone(plan: number, limit?: number): Promise<void> {
      return this.until(async () => (await stateOf(plans, plan)).record.status.kind === "done", limit);
    },
    pass: (milliseconds: number) => passTime(clock, milliseconds),
    /** Hands a task to the first worker, as an offer would. */
    take(plan: number, key: TaskKey, issue: number): void {
      const lease = {
        plan,
        task: key,
        issue,
        branch: `coppice/${issue}-task-${key.toLowerCase()}`,
        holder: "worker-a/taken",
        nonce: "",
      };
      void dispatch.offer("worker-a", {
        ...{ plan, issue, run: `taken-${issue}`, repository: forge.repository, gitUrl: "", defaultBranch: "main" },
        ...{ goal: "", task: task(key), timeoutMinutes: 1, setup: [], verify: [], context: [], author: options.author },
        lease: { ...lease, version: 1, phase: "claimed", epoch: 1, seconds: 900, failures: [] },
      });
    },
    /** The issue of a task. */
    issueOf: async (plan: number, key: TaskKey): Promise<MemoryIssue> => {
      const number = (await stateOf(plans, plan)).record.tasks[key]?.number;
      const issue = number === undefined ? undefined : world.issues.get(number);
      if (issue === undefined) throw new Error(`${key} has no issue`);
      return issue;
    },
    pullOf: (issue: number): MemoryPull | undefined =>
      [...world.pulls.values()].findLast((pull) => pull.branch.startsWith(`coppice/${issue}-`)),
    state: (plan: number) => stateOf(plans, plan),
    comment: async (plan: number): Promise<string> => {
      const id = (await stateOf(plans, plan)).record.comment;
      return (id === undefined ? undefined : world.comments.get(id)?.body) ?? "";
    },
  };
}

type PlanChange = NonNullable<PlanEdit<unknown>["change"]>;

const writes =
  /\.(create|createTasks|addBlockers|removeBlockers|close|update|pin|ensure|change|open|merge|swap|remove|commit)$/;

/** A task with the least there must be. */
export function task(key: TaskKey, needs: readonly TaskKey[] = [], more: Partial<PlannedTask> = {}): PlannedTask {
  return {
    key,
    title: `Task ${key}`,
    description: `Do ${key}.`,
    acceptance: [],
    specialist: "backend-systems-engineer",
    phase: "implementation",
    needs,
    priority: "normal",
    touches: [],
    ...more,
  };
}

/** Six tasks; two diamonds share the last one. */
export const diamond: readonly PlannedTask[] = [
  task("T1"),
  task("T2", ["T1"]),
  task("T3", ["T1"]),
  task("T4", ["T2", "T3"]),
  task("T5", ["T1"]),
  task("T6", ["T4", "T5"]),
];

function living(options: ReconcilerOptions, life: Life): ReconcilerOptions {
  return {
    ...options,
    forge: mortal(options.forge, life),
    plans: mortal(options.plans, life),
    leases: mortal(options.leases, life),
    dispatch: mortal(options.dispatch, life, ["offer"]),
  };
}

async function passTime(clock: SettableClock, milliseconds: number): Promise<void> {
  const end = clock.monotonic() + milliseconds;
  while (clock.monotonic() < end) await clock.step(end);
}

async function stateOf(plans: Plans, plan: number) {
  plans.doubt();
  const state = await plans.load(plan);
  if (state === undefined) throw new Error(`there is no plan #${plan}`);
  return state;
}

/** An approved plan as the planner leaves it; gives its issue's number. */
function writePlan(memory: ReturnType<typeof memoryForge>, tasks: readonly PlannedTask[], goal = "Build it"): number {
  const { number } = memory.people.openIssue({ title: goal });
  memory.people.permit("ada", "write");
  const { id: comment } = memory.people.comment("ada", number, "/approve r1");
  const text = formatPlan({ goal, tasks } satisfies Plan);
  const hash = planHash(text);
  const at = new Date(memory.clock.now()).toISOString();
  const record: PlanRecord = {
    version: 1,
    issue: number,
    revision: 1,
    revisions: [{ revision: 1, hash, by: "ada", at, summary: "planned" }],
    status: { kind: "approved", approval: { revision: 1, hash, by: "ada", comment, at } },
    planner: "keywords",
    tasks: {},
    usage: noUsage,
  };
  memory.people.commitLedger(memory.forge.botLogin, [
    { path: planPath(number), text },
    { path: recordPath(number), text: formatRecord(record) },
  ]);
  return number;
}

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
