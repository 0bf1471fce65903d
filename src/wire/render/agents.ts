import type { RunView } from "../../core/queue/snapshot.ts";
import type { TaskKey } from "../../core/task/task.ts";
import { strainLine } from "../../core/worker/strain.ts";
import type { WorkerView } from "../../ports/dispatch.ts";
import { neutraliseCell } from "../neutralise.ts";
import { sayWhen } from "./page.ts";

/** Who could work, who does, and who may not for now. */
export interface AgentsPage {
  readonly workers: readonly WorkerView[];
  /** Of this repository. */
  readonly runs: readonly RunView[];
  /** Agents whose provider refuses more for now; `until` is ISO 8601. */
  readonly parked?: readonly { readonly agent: string; readonly until: string }[];
}

/** Workers beyond these are only counted. */
const most = 50;

/** The answer to `/agents`: one line a worker. `tasks`: the keys of issues that are this plan's. */
export function formatAgents(
  { workers, runs, parked = [] }: AgentsPage,
  tasks: Readonly<Partial<Record<TaskKey, { readonly number: number }>>>,
): string {
  const connected = workers.filter((worker) => worker.connected);
  const keys = new Map(Object.entries(tasks).flatMap(([key, issue]) => (issue ? [[issue.number, key] as const] : [])));
  const ordered = [...connected, ...workers.filter((worker) => !worker.connected)];
  const lines = ordered.slice(0, most).map((worker) => `- ${workerLine(worker, runs, keys)}`);
  if (ordered.length > most) lines.push(`- … and ${ordered.length - most} more`);
  const rests = parked.map(
    ({ agent, until }) => `${name(agent)} is parked until ${sayWhen(until)}: its provider refuses more.`,
  );
  return [
    headLine(connected),
    ...(lines.length === 0 ? [] : ["", ...lines]),
    ...rests.flatMap((line) => ["", line]),
  ].join("\n");
}

function headLine(workers: readonly WorkerView[]): string {
  if (workers.length === 0) return "No worker is connected: nothing can start.";
  const slots = workers.reduce((sum, worker) => sum + worker.slots, 0);
  const free = workers.reduce((sum, worker) => sum + Math.max(0, worker.free), 0);
  return `${workers.length} ${workers.length === 1 ? "worker is" : "workers are"} connected, ${free} of ${slots} ${slots === 1 ? "slot" : "slots"} free.`;
}

function workerLine(worker: WorkerView, runs: readonly RunView[], keys: ReadonlyMap<number, string>): string {
  const has = worker.agents.length === 0 ? "" : ` (${worker.agents.map(name).join(", ")})`;
  const doing = runs.filter((run) => run.worker === worker.id).map((run) => runText(run, keys));
  const isStrained = worker.connected && (worker.strained ?? []).length > 0;
  const rest = [
    ...(worker.connected ? [] : ["away"]),
    ...(worker.draining ? ["takes nothing more"] : []),
    ...(isStrained ? [strainLine(worker.strained ?? [])] : []),
    ...(worker.connected && !isStrained && doing.length === 0 ? [worker.free > 0 ? "free" : "busy elsewhere"] : []),
  ];
  return `**${neutraliseCell(worker.id, 80)}**${has}: ${[...doing, ...rest].join("; ")}`;
}

function runText({ issue, agent, phase }: RunView, keys: ReadonlyMap<number, string>): string {
  const key = keys.get(issue);
  const task = key === undefined ? `#${issue}` : `${key} (#${issue})`;
  return `${task} by ${name(agent)}, ${phase}`;
}

function name(agent: string): string {
  return neutraliseCell(agent, 80);
}
