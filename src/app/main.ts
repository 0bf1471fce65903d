#!/usr/bin/env node
import pino from "pino";
import { CoppiceError } from "../core/errors.ts";
import { readEnvironment } from "./environment.ts";
import type { App } from "./start.ts";

try {
  const { logLevel, ...environment } = readEnvironment(process.env);
  // Loaded only now: a wrong environment is told at once.
  const { startApp } = await import("./start.ts");
  const log = pino({ level: logLevel });
  const app = await startApp({ ...environment, limits: "github", policyOverrides: {}, log });
  log.info({ url: app.url, workers: app.workerUrl }, "Coppice is ready");
  stopOnSignal(app);
} catch (error) {
  const known = error instanceof CoppiceError;
  process.stderr.write(`coppice-app: ${known ? error.message : error instanceof Error ? error.stack : error}\n`);
  process.exitCode = known && error.code !== "internal" ? 2 : 1;
}

/** The first signal ends it in an orderly way, a second one at once. */
function stopOnSignal(app: App): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(130);
    stopping = true;
    void app.stop().then(() => process.exit(0));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}
