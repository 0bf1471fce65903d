import { createHash } from "node:crypto";
import { join } from "node:path";
import { createAgent } from "../agents/registry.ts";
import { CoppiceError } from "../core/errors.ts";
import { fullName } from "../core/repository.ts";
import type { MachineLimits } from "../core/worker/strain.ts";
import { defaultMachineLimits, strainsOf } from "../core/worker/strain.ts";
import { createGit } from "../git/git.ts";
import { runFolderName } from "../git/workspaces.ts";
import type { Agent } from "../ports/agent.ts";
import type { Log } from "../ports/log.ts";
import type { Model } from "../ports/model.ts";
import type { Processes } from "../ports/sandbox.ts";
import { openBubblewrap } from "../sandbox/bubblewrap.ts";
import { noSandbox } from "../sandbox/none.ts";
import { createProcesses } from "../sandbox/processes.ts";
import type { WorkerFrame } from "../wire/frames/frames.ts";
import { protocolVersion } from "../wire/frames/frames.ts";
import { clearAway } from "./clear-away.ts";
import type { DataLock } from "./data-lock.ts";
import { lockData } from "./data-lock.ts";
import type { HubLink } from "./hub-link.ts";
import { connectHub } from "./hub-link.ts";
import { describeMachine, measureMachine } from "./machine.ts";
import { createRepositories } from "./repositories.ts";
import type { RunTable } from "./run-table.ts";
import { createRunTable } from "./run-table.ts";
import type { Worker, WorkerState } from "./supervise.ts";
import { receive, supervise } from "./supervise.ts";
import { keepSwept } from "./sweep.ts";
import { systemClock as clock } from "./system-clock.ts";

export interface WorkerOptions {
  /** `http(s)://host:port` or `ws(s)://host:port/worker`. */
  readonly hubUrl: string;
  /** Lower-case letters, digits and dashes; the token is this name's. */
  readonly name: string;
  readonly token: string;
  /** This worker's alone. */
  readonly dataFolder: string;
  /** Agent ids (`anthropic`, `command:<line>`); the first is the default. */
  readonly agents: readonly string[];
  readonly slots: number;
  readonly sandbox: "bubblewrap" | "none";
  /** Sandboxed commands may use the network. */
  readonly network: boolean;
  readonly model?: Model;
  /** Values no diff and no log may hold, such as the model's key. */
  readonly secrets?: readonly string[];
  /** How git may reach repositories; default https and http. */
  readonly protocols?: readonly string[];
  readonly labels?: readonly string[];
  /** Beyond which it takes nothing new; default `defaultMachineLimits`. */
  readonly limits?: MachineLimits;
  /** How long what runs may go on when it is asked to drain; default half an hour. Milliseconds. */
  readonly drainMilliseconds?: number;
  readonly log: Log;
}

/** Starts a worker; throws CoppiceError when the machine lacks what it needs (sandbox, agents, a free data folder). */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const url = hubAddress(options.hubUrl);
  const unlock = await lockData(options.dataFolder);
  try {
    return await start(options, url, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function start(options: WorkerOptions, url: URL, unlock: DataLock): Promise<Worker> {
  const sandbox = options.sandbox === "none" ? noSandbox : await openBubblewrap({ hidden: [options.dataFolder] });
  const scope = createHash("sha256").update(options.dataFolder).digest("hex").slice(0, 16);
  const processes = createProcesses(sandbox, { scope });
  const agents = await findAgents(options, (id) => createAgent(id, { processes, model: options.model }));
  const limits = options.limits ?? defaultMachineLimits;
  const hasRoom = !strainsOf(measureMachine(options.dataFolder), limits).includes("disk");
  await clearAway({ ...options, scope, hasRoom });
  let link: HubLink | undefined;
  const send = (frame: WorkerFrame): boolean => link?.send(frame) ?? false;
  const { table, repositories } = await openTable(options, { processes, agents, send });
  const state: WorkerState = {
    dataFolder: options.dataFolder,
    clock,
    table,
    send,
    limits,
    drainMilliseconds: options.drainMilliseconds ?? defaultDrain,
    draining: false,
    // Until the hub says how often.
    heartbeatSeconds: 1,
    isFolderHeld: unlock.isHeld,
    ending: new AbortController(),
  };
  const hello = async () => greeting(options, agents, { warm: await repositories.warm(), table });
  link = connectHub({ ...options, url, clock, hello, onFrame: (frame) => receive(state, frame) }, state.ending.signal);
  options.log.info({ worker: options.name, hub: url.href, sandbox: sandbox.name }, sandbox.describe());
  const sweeping = keepSwept(
    {
      ...{ dataFolder: options.dataFolder, clock, log: options.log, tidyMirrors: repositories.tidy },
      living: () => new Set(table.held().map(({ run }) => runFolderName(run))),
    },
    state.ending.signal,
  );
  return supervise(state, link, async () => {
    await sweeping;
    await unlock();
  });
}

/** Half an hour: as long as a task may take unless told otherwise. Milliseconds. */
const defaultDrain = 30 * 60_000;

interface TableParts {
  readonly processes: Processes;
  readonly agents: readonly FoundAgent[];
  readonly send: (frame: WorkerFrame) => boolean;
}

async function openTable(options: WorkerOptions, { processes, agents, send }: TableParts) {
  const protocols = options.protocols ?? ["https", "http"];
  const repositories = createRepositories({
    git: await createGit({ folder: join(options.dataFolder, "git"), protocols }),
    folder: options.dataFolder,
    clock,
    log: options.log,
    requestToken: (repository) => {
      const run = table.held().find((offer) => fullName(offer.repository) === fullName(repository));
      if (run) send({ kind: "token-request", run: run.run });
    },
  });
  const table = createRunTable({
    ...options,
    worker: options.name,
    agents: agents.map(({ agent }) => agent),
    processes,
    repositories,
    protocols,
    secrets: [options.token, ...(options.secrets ?? [])],
    clock,
    send,
  });
  return { table, repositories };
}

function hubAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !["http:", "https:", "ws:", "wss:"].includes(url.protocol)) {
    throw new CoppiceError(
      "bad-input",
      `the hub's address ${JSON.stringify(text)} is none; it looks like http://host:port`,
    );
  }
  url.protocol = url.protocol.replace("http", "ws");
  if (url.pathname === "/") url.pathname = "/worker";
  return url;
}

interface FoundAgent {
  readonly agent: Agent;
  readonly version: string;
}

async function findAgents(options: WorkerOptions, create: (id: string) => Agent): Promise<readonly FoundAgent[]> {
  const found: FoundAgent[] = [];
  for (const id of options.agents) {
    const agent = create(id);
    const version = await agent.available();
    if (version === undefined) options.log.warn({ agent: id }, "this agent cannot run here");
    else found.push({ agent, version });
  }
  if (found.length > 0) return found;
  throw new CoppiceError(
    "bad-input",
    `none of the agents (${options.agents.join(", ").slice(0, 200)}) can run here; anthropic needs ANTHROPIC_API_KEY`,
  );
}

function greeting(
  { name, slots, labels = [] }: WorkerOptions,
  agents: readonly FoundAgent[],
  now: { warm: readonly string[]; table: RunTable },
): WorkerFrame {
  return {
    kind: "worker-hello",
    version: protocolVersion,
    worker: name,
    slots,
    agents: agents.map(({ agent, version }) => ({ id: agent.id, version })),
    labels: [...labels],
    machine: describeMachine(),
    warm: [...now.warm],
    runs: now.table
      .held()
      .map(({ run, repository, plan, issue }) => ({ run, repository: fullName(repository), plan, issue })),
  };
}
