import { join } from "node:path";
import { createAgent } from "../../src/agents/registry.ts";
import type { HeldLease } from "../../src/core/lease/lease.ts";
import type { RunOutcome } from "../../src/core/run/run.ts";
import { createLeases } from "../../src/git/leases.ts";
import { createWorkspaces } from "../../src/git/workspaces.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { TaskOffer } from "../../src/ports/dispatch.ts";
import type { Leases } from "../../src/ports/leases.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Processes, Sandbox } from "../../src/ports/sandbox.ts";
import type { RunOptions, RunPorts } from "../../src/runner/ports.ts";
import { runTask } from "../../src/runner/run-task.ts";
import { noSandbox } from "../../src/sandbox/none.ts";
import { createProcesses } from "../../src/sandbox/processes.ts";
import type { Origin } from "../git/origin.ts";
import { makeLease, makeMirror, quiet } from "../git/origin.ts";
import { systemClock } from "../git/system-clock.ts";

/** A worker's parts on one repository, the sandbox aside all real. */
export interface Bench {
  readonly leases: Leases;
  readonly ports: RunPorts;
  readonly told: { leases: HeldLease[]; phases: string[]; output: string };
  run(offer: TaskOffer, options?: Partial<RunOptions>, signal?: AbortSignal): Promise<RunOutcome>;
}

export interface BenchOptions {
  readonly name?: string;
  readonly sandbox?: Sandbox;
  readonly clock?: Clock;
  readonly log?: Log;
  /** What every command goes through, the agent's as well. */
  readonly through?: (real: Processes) => Processes;
}

export async function makeBench(
  folder: string,
  origin: Origin,
  line: string,
  { name = "one", sandbox = noSandbox, clock = systemClock, log = quiet, through = (real) => real }: BenchOptions = {},
): Promise<Bench> {
  const mirror = await makeMirror(folder, name, origin.url);
  const processes = through(createProcesses(sandbox, { graceMilliseconds: 300 }));
  const parts = { mirror, clock, log };
  const leases = createLeases({ ...parts, defaultBranch: "main" });
  const ports: RunPorts = {
    ...parts,
    leases,
    processes,
    workspaces: createWorkspaces({ ...parts, folder: join(folder, `${name}-runs`) }),
    agent: createAgent(`command:${line}`, { processes }),
  };
  const told: Bench["told"] = { leases: [], phases: [], output: "" };
  const options: RunOptions = {
    worker: name,
    secrets: () => ["known-secret-value"],
    network: false,
    onLease: (held) => told.leases.push(held),
    onPhase: (phase) => told.phases.at(-1) !== phase && told.phases.push(phase),
    onOutput: (text) => {
      told.output += text;
    },
  };
  const never = new AbortController().signal;
  return {
    leases,
    ports,
    told,
    run: (offer, change, signal = never) => runTask(offer, ports, { ...options, ...change }, signal),
  };
}

export function makeOffer(change: Partial<TaskOffer> = {}): TaskOffer {
  return {
    run: "run-1",
    repository: { owner: "octo", name: "sample" },
    gitUrl: "",
    defaultBranch: "main",
    plan: 1,
    goal: "A better sample",
    task: {
      key: "T1",
      title: "Add a greeting",
      description: "Write it.",
      acceptance: ["It greets"],
      specialist: "backend-systems-engineer",
      phase: "implementation",
      needs: [],
      priority: "normal",
      touches: [],
    },
    issue: 12,
    lease: makeLease({ phase: "claimed" }),
    timeoutMinutes: 1,
    setup: [],
    verify: [],
    context: [],
    author: { name: "coppice[bot]", email: "1+coppice[bot]@users.noreply.github.com" },
    ...change,
  };
}
