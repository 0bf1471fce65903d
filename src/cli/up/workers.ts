import { type ChildProcess, fork } from "node:child_process";
import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The worker's built entry, from dist/src/cli/up. */
const entry = fileURLToPath(new URL("../../../worker/main.js", import.meta.url));

/** How long a worker may take to stop before it is killed, milliseconds. */
const patience = 6_000;

/** A worker that ends by itself is started again after a pause that doubles each time; one that lived `steady` begins with the first again. Milliseconds. */
const restartPauses = { first: 250, longest: 30_000, steady: 60_000 };

export interface WorkersOptions {
  /** Each is a process of its own. */
  readonly names: readonly string[];
  readonly dataFolder: string;
  /** Enrols a name and gives its token. */
  readonly enrol: (name: string) => Promise<string>;
  /** What a worker is told in its environment, its name and token aside. */
  readonly environment: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
}

export interface Workers {
  stop(): Promise<void>;
}

/** Starts the local workers as processes of their own; each ends by itself when this process is gone. */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const workers = await Promise.all(options.names.map((name) => startWorker(name, options)));
  return {
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

/** Where a worker keeps its mirrors and worktrees. */
export function workerFolder(dataFolder: string, name: string): string {
  return join(dataFolder, "workers", name);
}

/** Where a worker's own words go. */
export function workerLog(dataFolder: string, name: string): string {
  return join(workerFolder(dataFolder, name), "worker.log");
}

async function startWorker(name: string, options: WorkersOptions): Promise<Workers> {
  const folder = workerFolder(options.dataFolder, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const token = await options.enrol(name);
  const environment = {
    ...options.environment,
    COPPICE_WORKER_NAME: name,
    COPPICE_WORKER_TOKEN: token,
    COPPICE_DATA: folder,
  };
  const log = createWriteStream(workerLog(options.dataFolder, name), { flags: "a", mode: 0o600 });
  const running = keepRunning(() => {
    const child = fork(entry, [...options.flags], { env: environment, stdio: ["ignore", "pipe", "pipe", "ipc"] });
    follow(child, log);
    return child;
  });
  return {
    stop: async () => {
      await running.stop();
      log.end();
    },
  };
}

/** Starts it again whenever it ends, for as long as it is not stopped. A worker of an `up` that was killed may hold the folder for seconds yet. */
export function keepRunning(start: () => ChildProcess, pauses = restartPauses): Workers {
  let stopping = false;
  let pause = pauses.first;
  let timer: NodeJS.Timeout | undefined;
  const begin = (): ChildProcess => {
    const child = start();
    const startedAt = performance.now();
    child.once("exit", () => {
      if (stopping) return;
      if (performance.now() - startedAt >= pauses.steady) pause = pauses.first;
      timer = setTimeout(() => {
        current = begin();
      }, pause);
      pause = Math.min(pauses.longest, pause * 2);
    });
    return child;
  };
  let current = begin();
  return {
    stop: async () => {
      stopping = true;
      clearTimeout(timer);
      await end(current);
    },
  };
}

function follow(child: ChildProcess, log: WriteStream): void {
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
}

/** Asks it to stop, and insists when it does not. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const insist = setTimeout(() => child.kill("SIGKILL"), patience);
  await ended;
  clearTimeout(insist);
}
