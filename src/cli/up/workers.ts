import { type ChildProcess, fork } from "node:child_process";
import type { WriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Complaint, complainOnce, openLogFile } from "./logs.ts";

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
  const path = workerLog(options.dataFolder, name);
  const unwritten = complainOnce(`${path} cannot be written`);
  const unstarted = complainOnce(`worker ${name} cannot be started now, it is tried again`);
  const start = () => {
    const child = fork(entry, [...options.flags], { env: environment, stdio: ["ignore", "pipe", "pipe", "ipc"] });
    if (child.pid !== undefined) follow(child, openLogFile(path, unwritten));
    return child;
  };
  return keepRunning(start, { complain: unstarted });
}

/** Starts it again whenever it ends or cannot be started, for as long as it is not stopped. A worker of an `up` that was killed may hold the folder for seconds yet. */
export function keepRunning(
  start: () => ChildProcess,
  { complain, pauses = restartPauses }: { complain: Complaint; pauses?: typeof restartPauses },
): Workers {
  let stopping = false;
  let pause = pauses.first;
  let timer: NodeJS.Timeout | undefined;
  let current: ChildProcess | undefined;
  const again = (startedAt: number) => {
    if (stopping) return;
    if (performance.now() - startedAt >= pauses.steady) pause = pauses.first;
    timer = setTimeout(begin, pause);
    pause = Math.min(pauses.longest, pause * 2);
  };
  const begin = () => {
    const startedAt = performance.now();
    current = begun(start, complain);
    if (current?.pid === undefined) again(startedAt);
    else current.once("exit", () => again(startedAt));
  };
  begin();
  return {
    stop: async () => {
      stopping = true;
      clearTimeout(timer);
      if (current?.pid !== undefined) await end(current);
    },
  };
}

/** Some failures to start a process are thrown, others told later; one told later has no process id. */
function begun(start: () => ChildProcess, complain: Complaint): ChildProcess | undefined {
  try {
    return start().on("error", complain);
  } catch (error) {
    complain(error instanceof Error ? error : new Error(String(error)));
    return undefined;
  }
}

/** Its words go to the log as long as that takes them; a process that nobody reads would stand still. */
export function follow(child: ChildProcess, log: WriteStream): void {
  for (const words of [child.stdout, child.stderr]) {
    words?.pipe(log, { end: false });
    log.on("error", () => words?.resume());
  }
  child.once("close", () => log.end());
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
