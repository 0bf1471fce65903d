import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const main = join(import.meta.dirname, "../../../dist/worker/main.js");

export interface WorkerProcessOptions {
  readonly hubUrl: string;
  readonly name: string;
  readonly token: string;
  /** Holds its data and its home. */
  readonly folder: string;
  /** The shell line that stands for an agent. */
  readonly line: string;
  readonly slots?: number;
}

/** A worker in a process of its own, which is started again as often as it is killed. */
export interface WorkerProcess {
  readonly name: string;
  /** kill -9 of the worker itself: what it started is for its next life to end. */
  kill(): Promise<void>;
  start(): void;
  /** Asks it to drain; gives its exit code when it has ended. */
  drain(): Promise<number | null>;
}

export function startWorkerProcess(options: WorkerProcessOptions): WorkerProcess {
  const { hubUrl, name, token, folder, line, slots = 2 } = options;
  let child: ChildProcess | undefined;
  const start = () => {
    child = spawn(process.execPath, [main, "--dangerously-no-sandbox", "--slots", String(slots)], {
      stdio: "ignore",
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        COPPICE_HUB: hubUrl,
        COPPICE_WORKER_NAME: name,
        COPPICE_WORKER_TOKEN: token,
        COPPICE_DATA: join(folder, "data"),
        COPPICE_AGENT: `command:${line}`,
        LOG_LEVEL: "fatal",
      },
    });
  };
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = once(child, "exit");
    child.kill(signal);
    const [code] = await ended;
    return typeof code === "number" ? code : null;
  };
  onTestFinished(() => void end("SIGKILL"));
  start();
  return { name, start, kill: async () => void (await end("SIGKILL")), drain: () => end("SIGTERM") };
}
