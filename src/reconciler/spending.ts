import type { HeldLease } from "../core/lease/lease.ts";
import type { PlanState } from "../core/plan/plan.ts";
import type { Snapshot, TaskSnapshot } from "../core/queue/snapshot.ts";
import type { EndedAttempt, Spending } from "../core/queue/spending.ts";
import {
  addSpending,
  endedAttempts,
  failedUnder,
  nothingSpent,
  spendingOf,
  spentToday,
  startOfDay,
} from "../core/queue/spending.ts";
import type { TaskKey } from "../core/task/task.ts";
import type { Observation } from "./observe.ts";
import type { LedgerReader } from "./publications.ts";
import { everyRun, mostEpochs, newestSuccess } from "./publications.ts";

/** The snapshot with what its limits rest on: what was spent, read only where a budget wants to know, and agents that are parked. */
export async function withSpending(at: Observation, snapshot: Snapshot): Promise<Snapshot> {
  const { policy, today, parked = [] } = at;
  const wanted = policy.budget.task !== undefined || policy.budget.plan !== undefined;
  const count = async (tasks: readonly TaskSnapshot[]) =>
    wanted ? Promise.all(tasks.map((task) => withSpent(at, task))) : tasks;
  const succeededAt = newestSuccess(at.sightings, at.state.record.issue);
  return {
    ...snapshot,
    tasks: await count(snapshot.tasks),
    ...(snapshot.former === undefined ? {} : { former: await count(snapshot.former) }),
    ...(today === undefined ? {} : { today }),
    ...(parked.length === 0 ? {} : { parked }),
    ...(succeededAt === undefined ? {} : { succeededAt }),
  };
}

async function withSpent(at: Observation, task: TaskSnapshot): Promise<TaskSnapshot> {
  const ended = await endedOf(readerOf(at, at.state), at.state, { key: task.task.key, lease: task.lease });
  return { ...task, spent: addSpending(ended.map(({ spending }) => spending)) };
}

export interface Day {
  readonly plans: readonly PlanState[];
  /** Every lease of the repository. */
  readonly leases: ReadonlyMap<number, HeldLease>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What the repository's plans have spent since midnight UTC: planning, published attempts, failed ones. */
export async function spendingToday(
  reader: Omit<LedgerReader, "plan">,
  { plans, leases, now }: Day,
): Promise<Spending> {
  const byTask = new Map([...leases.values()].map((held) => [`${held.lease.plan}/${held.lease.task}`, held]));
  const known = new Set(plans.flatMap((state) => tasksOf(state).map((key) => `${state.record.issue}/${key}`)));
  const strays = [...byTask].filter(([name]) => !known.has(name));
  const spent = await Promise.all(
    plans.map(async (state) => {
      const at = { ...reader, plan: state.record.issue };
      const tasks = isOver(state, now) ? [] : tasksOf(state);
      const ended = tasks.map((key) => endedOf(at, state, { key, lease: byTask.get(`${at.plan}/${key}`) }));
      return addSpending([planningToday(state, now), spentToday((await Promise.all(ended)).flat(), now)]);
    }),
  );
  const others = strays.flatMap(([, { lease }]) => failedUnder(lease));
  return addSpending([...spent, spentToday(others, now)]);
}

/** Not a minute of today was spent on it. A draft may be what was made of a plan that ran today. */
function isOver({ record: { status } }: PlanState, now: number): boolean {
  return status.kind === "done" && Date.parse(status.at) < startOfDay(now);
}

function tasksOf({ plan, record, folded }: PlanState): readonly TaskKey[] {
  const recorded = plan.tasks.flatMap(({ key }) => (record.tasks[key] === undefined ? [] : [key]));
  return [...new Set([...recorded, ...folded, ...tasksGone(record)])];
}

/** Tasks whose failed attempts outlive their leases. */
function tasksGone({ costs = {} }: PlanState["record"]): readonly TaskKey[] {
  return Object.keys(costs).map((name): TaskKey => `T${Number(name.slice(1))}`);
}

/** Planning says when, not how much each time: all of it counts on the day of the newest revision, which is the safe side. */
function planningToday({ record: { revisions, usage } }: PlanState, now: number): Spending {
  const at = revisions.at(-1)?.at;
  return at !== undefined && Date.parse(at) >= startOfDay(now) ? spendingOf(usage) : nothingSpent;
}

/** The ledger has no record of a task that is not folded: then only its lease is asked. */
async function endedOf(
  reader: LedgerReader,
  { folded, record }: Pick<PlanState, "folded" | "record">,
  { key, lease }: { readonly key: TaskKey; readonly lease: HeldLease | undefined },
): Promise<readonly EndedAttempt[]> {
  const records = folded.includes(key) ? await everyRun(reader, key, lease?.lease.epoch ?? mostEpochs) : [];
  return endedAttempts(records, { held: lease, gone: record.costs?.[key] });
}

function readerOf({ ports, sightings }: Observation, { record }: PlanState): LedgerReader {
  return { ports, sightings, plan: record.issue };
}
