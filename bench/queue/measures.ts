import Table from "cli-table3";
import { explainPlan } from "../../src/core/queue/explain.ts";
import type { Policy } from "../../src/core/queue/policy.ts";
import { defaultPolicy } from "../../src/core/queue/policy.ts";
import { progress } from "../../src/core/queue/progress.ts";
import { reconcile } from "../../src/core/queue/reconcile.ts";
import type { Candidate, ReadyTask } from "../../src/core/queue/select.ts";
import { activeTasks, readyTasks, select } from "../../src/core/queue/select.ts";
import type { Snapshot } from "../../src/core/queue/snapshot.ts";
import { wakeAfter } from "../../src/core/queue/wake-after.ts";
import { now, settledPlan } from "./plans.ts";

export interface Measure {
  readonly name: string;
  /** Median of CPU time, milliseconds; or memory, MiB. */
  readonly value: number;
  readonly unit: "ms" | "MiB";
  /** What it is to stay below, where there is a promise. */
  readonly target?: number;
}

const rounds = 31;
const mebibyte = 1024 * 1024;
const policy: Policy = { ...defaultPolicy, maxAgents: 64 };

/** Everything about deciding that grows with the number of tasks. */
export function measureQueue(): readonly Measure[] {
  const settled = [settledPlan(1_000, "done"), settledPlan(1_000, "half")] as const;
  for (const plan of settled) mustBeSettled(plan);
  const many = settledPlan(10_000, "ready");
  const ready = manyReady();
  const { before, after } = memoryOf(() => survivors(settledPlan(10_000, "half")));
  return [
    {
      name: "reconcile, 1,000 tasks that are done but for the end",
      target: 50,
      ...cpu(() => reconcileAnew(settled[0])),
    },
    { name: "reconcile, 1,000 tasks, half of them waiting", target: 50, ...cpu(() => reconcileAnew(settled[1])) },
    { name: "a whole look at those: reconcile, wake, progress, ready", ...cpu(() => look(settled[1])) },
    { name: "choose the next of 10,000, one free slot", target: 5, ...cpu(() => choose(ready, 1)) },
    { name: "choose 64 of 10,000 in 100 plans", ...cpu(() => choose(ready, 64)) },
    { name: "find the ready ones of 10,000 tasks of one plan", ...cpu(() => readyTasks({ ...many }, policy, now)) },
    { name: "explain a plan of 1,000 tasks", ...cpu(() => explainPlan({ snapshot: { ...settled[1] }, policy, now })) },
    { name: "memory of a look at 10,000 tasks, snapshot included", value: (after - before) / mebibyte, unit: "MiB" },
    { name: "memory of this process", value: process.memoryUsage().rss / mebibyte, unit: "MiB", target: 300 },
  ];
}

/** A table for people; `over` marks a promise that is not kept here. */
export function formatMeasures(measures: readonly Measure[]): string {
  const table = new Table({
    head: ["what", "median", "target", ""],
    style: { head: [], border: [] },
    colAligns: ["left", "right", "right", "left"],
  });
  for (const { name, value, unit, target } of measures) {
    const goal = target === undefined ? "" : `< ${target} ${unit}`;
    table.push([name, `${value.toFixed(2)} ${unit}`, goal, target !== undefined && value >= target ? "over" : ""]);
  }
  return `${table.toString()}\nCPU time by process.cpuUsage, medians of ${rounds}; use them as ratios.\n`;
}

/** A look never sees the same snapshot object twice: what is remembered by it helps within one look only. */
function reconcileAnew(plan: Snapshot): number {
  return reconcile({ ...plan }, policy, now).length;
}

function look(plan: Snapshot): number {
  const snapshot = { ...plan };
  const effects = reconcile(snapshot, policy, now).length;
  return (
    effects +
    progress(snapshot, policy, now).length +
    readyTasks(snapshot, policy, now).length +
    activeTasks(snapshot, policy, now).length +
    (wakeAfter(snapshot, policy, now) ?? 0)
  );
}

function mustBeSettled(plan: Snapshot): void {
  const kinds = reconcile(plan, policy, now).map(({ kind }) => kind);
  if (kinds.some((kind) => kind !== "finish-plan")) throw new Error(`the plan has not settled: ${kinds.join(", ")}`);
}

/** Ready tasks of a hundred plans by ten people, waiting for different times. */
function manyReady(): readonly ReadyTask[] {
  return settledPlan(10_000, "ready").tasks.map(({ task, issue, folded }, index): ReadyTask => {
    const at = { task, folded, ...(issue === undefined ? {} : { issue }) };
    return {
      plan: index % 100,
      issue: index + 2,
      task,
      at,
      readyFor: (index * 7_919) % 3_600_000,
      by: `person-${index % 10}`,
    };
  });
}

function choose(ready: readonly ReadyTask[], slots: number): number {
  const workers = Array.from({ length: 20 }, (_, index): Candidate => {
    const free = Math.floor(slots / 20) + (index < slots % 20 ? 1 : 0);
    return { id: `w${index}`, connected: true, draining: false, warm: false, slots: 8, free, agents: ["claude-code"] };
  });
  const choices = select({ ready, workers, active: [], policy });
  if (choices.length !== slots) throw new Error(`${choices.length} tasks were chosen, not ${slots}`);
  return choices.length;
}

function cpu(act: () => unknown): Pick<Measure, "value" | "unit"> {
  const times = Array.from({ length: rounds }, () => {
    const start = process.cpuUsage();
    act();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  });
  return { value: times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0, unit: "ms" };
}

function survivors(snapshot: Snapshot) {
  return { snapshot, effects: reconcile(snapshot, policy, now), shown: progress(snapshot, policy, now) };
}

/** Bytes of the heap before and with what was made; whole where `--expose-gc` is set. */
function memoryOf(make: () => object): { readonly before: number; readonly after: number } {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const made = make();
  globalThis.gc?.();
  const after = process.memoryUsage().heapUsed;
  return Object.keys(made).length > 0 ? { before, after } : { before, after: before };
}
