#!/usr/bin/env node
import pino from "pino";
import { CoppiceError } from "../core/errors.ts";
import { readArguments, usage } from "./arguments.ts";
import { readEnvironment } from "./environment.ts";
import { exitCodeFor } from "./exit-code.ts";
import { stopOnSignal } from "./stop-on-signal.ts";

/** GitHub's own limits, and nothing that repositories may not decide: what the app does and what its dry run says. */
const host = { limits: "github", policyOverrides: {} } as const;

try {
  const asked = readArguments(process.argv.slice(2));
  if (asked.kind === "help") process.stdout.write(usage);
  else if (asked.kind === "dry-run") process.exitCode = await look(asked.json);
  else await serve();
} catch (error) {
  const known = error instanceof CoppiceError;
  process.stderr.write(`coppice-app: ${known ? error.message : error instanceof Error ? error.stack : error}\n`);
  process.exitCode = exitCodeFor(error);
}

async function serve(): Promise<void> {
  const { logLevel, ...environment } = readEnvironment(process.env);
  // Loaded only now: a wrong environment is told at once.
  const { startApp } = await import("./start.ts");
  const log = pino({ level: logLevel });
  const app = await startApp({ ...environment, ...host, log });
  log.info({ url: app.url, workers: app.workerUrl }, "Coppice is ready");
  stopOnSignal(app);
}

/** Answers the exit code. Standard output has the answer alone, so that the log goes to standard error. */
async function look(json: boolean): Promise<number> {
  const { logLevel, ...environment } = readEnvironment(process.env);
  const { dryRun, formatDryRun } = await import("./dry-run.ts");
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());
  const log = pino({ level: logLevel }, pino.destination(2));
  try {
    const seen = await dryRun({ ...environment, ...host, log }, stopping.signal);
    process.stdout.write(`${json ? JSON.stringify(seen) : formatDryRun(seen)}\n`);
    return seen.problems.length === 0 ? 0 : 1;
  } catch (error) {
    if (stopping.signal.aborted) return 130;
    throw error;
  }
}
