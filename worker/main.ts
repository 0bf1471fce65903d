#!/usr/bin/env node
import { destination, pino } from "pino";
import { CoppiceError } from "../src/core/errors.ts";
import { defaultAnthropicModel, openAnthropicModel } from "../src/models/anthropic.ts";
import type { WorkerSettings } from "../src/worker/options.ts";
import { readSettings } from "../src/worker/options.ts";

main().catch((error: unknown) => {
  const isHelp = error instanceof Error && "exitCode" in error && error.exitCode === 0;
  if (!isHelp) process.stderr.write(`coppice-worker: ${describe(error)}\n`);
  process.exit(isHelp ? 0 : 1);
});

async function main(): Promise<void> {
  // The parent may have gone while the modules were loaded; nobody heard the event then.
  if (process.connected === false) process.exit(0);
  const orphaned = new Promise<void>((resolve) => process.once("disconnect", resolve));
  const settings = readSettings(process.argv.slice(2), process.env);
  // No process started from here on can inherit them, whatever is forgotten elsewhere.
  for (const name of ["COPPICE_WORKER_TOKEN", "ANTHROPIC_API_KEY"]) delete process.env[name];
  const { anthropic } = settings;
  // Loaded only now: wrong settings are told at once.
  const { startWorker } = await import("../src/worker/start-worker.ts");
  const lines = destination(2);
  // A terminal that was closed takes none, which must not end what runs.
  lines.on("error", () => undefined);
  const log = pino({ level: settings.logLevel, base: { worker: settings.name } }, lines);
  const worker = await startWorker({
    ...settings,
    model: modelOf(settings),
    secrets: anthropic ? [anthropic.apiKey] : [],
    log,
  });
  const stop = (reason: string) => void worker.stop(reason).then(() => process.exit(0));
  // A worker on its own finishes what it has when asked once; a child is asked by a parent that is about to end.
  let patient = process.connected === undefined;
  // SIGHUP: its terminal was closed.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (patient) worker.drain();
      else stop("the worker was stopped");
      patient = false;
    });
  }
  // With its parent gone nobody would ever end it.
  void orphaned.then(() => stop("the worker's parent ended"));
  await worker.ended;
  process.exit(0);
}

function modelOf({ anthropic }: WorkerSettings) {
  if (!anthropic) return undefined;
  return openAnthropicModel({ ...anthropic, model: anthropic.model ?? defaultAnthropicModel });
}

function describe(error: unknown): string {
  if (error instanceof CoppiceError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
