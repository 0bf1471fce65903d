import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { CoppiceError } from "../../core/errors.ts";
import { workerName } from "../../wire/frames/frames.ts";
import { lockData } from "../../worker/data-lock.ts";
import type { HubClient } from "../client/hub.ts";
import { startWorkers, type Workers, workerFolder, workerLog } from "../up/workers.ts";

export interface AttachOptions {
  readonly hub: HubClient;
  readonly dataFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  readonly signal: AbortSignal;
}

export interface AttachedWorker extends Workers {
  readonly name: string;
}

/** How long a worker may take to connect, milliseconds. */
const patience = 20_000;
/** Workers started by `run` side by side from one data folder. */
const most = 20;

/** Starts a worker process and waits until the hub has it. Throws CoppiceError timed-out, naming its log, when it does not come. */
export async function attachWorker(options: AttachOptions): Promise<AttachedWorker> {
  const { hub, dataFolder, signal } = options;
  const { name, release } = await takeName(dataFolder);
  let workers: Workers | undefined;
  const stop = async () => {
    await workers?.stop();
    await release();
  };
  try {
    workers = await startWorkers({ ...options, names: [name], enrol: (worker) => hub.enrol(worker) });
    await connected(hub, { name, log: workerLog(dataFolder, name), signal });
    return { name, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A name no living `run` on this folder has: its mirrors and worktrees are used again. */
async function takeName(dataFolder: string): Promise<{ name: string; release: () => Promise<void> }> {
  const host = hostname()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  for (let number = 1; number <= most; number++) {
    const name = workerName.parse(`run-${host}-${number}`.replace(/--+/g, "-"));
    const release = await lockData(`${workerFolder(dataFolder, name)}/run`).catch((error) => {
      if (error instanceof CoppiceError && error.code === "bad-input") return undefined;
      throw error;
    });
    if (release !== undefined) return { name, release };
  }
  throw new CoppiceError(
    "bad-input",
    `${most} workers run from ${dataFolder} already; raise --max-agents of one instead`,
  );
}

async function connected(
  hub: HubClient,
  { name, log, signal }: { readonly name: string; readonly log: string; readonly signal: AbortSignal },
): Promise<void> {
  const deadline = performance.now() + patience;
  while (performance.now() < deadline) {
    const workers = await hub.workers();
    if (workers.some((worker) => worker.id === name && worker.connected)) return;
    await sleep(200, undefined, { signal });
  }
  throw new CoppiceError("timed-out", `the worker did not connect within ${patience / 1_000} s; ${log} says why`);
}
