import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { App } from "../../../../src/app/start.ts";
import { startApp } from "../../../../src/app/start.ts";
import { runPhases } from "../../../../src/core/run/run.ts";
import { deliverTo, startWorld } from "../../../app/support/world.ts";
import { until } from "../../../support/up-process.ts";
import { chaos } from "../../chaos.ts";
import type { Submitted } from "../../processes/submitted.ts";
import { openSubmitted } from "../../processes/submitted.ts";
import type { WorkerProcess } from "../../processes/worker-process.ts";
import { startWorkerProcess } from "../../processes/worker-process.ts";

const line = 'sleep 0.2; echo made > "made-$COPPICE_ISSUE.txt"';

chaos(3, "at random moments", async ({ count, random }) => {
  const { submitted, workers } = await setUp(2);
  for (let kills = 0; kills < count; kills += 1) {
    while ((await submitted.open()) < 4) await submitted.submit();
    const worker = random.pick(workers);
    await sleep(random.below(2_000));
    await worker.kill();
    await sleep(random.below(200));
    worker.start();
  }
  await done(submitted);
  return { kills: count, tasks: submitted.count() };
});

chaos(3, "at every step", async ({ count }) => {
  const { app, submitted, workers } = await setUp(1);
  for (let round = 0; round < count; round += 1) {
    for (const step of runPhases) {
      const killed = killAt(app, workers, step);
      await submitted.submit();
      await killed;
    }
  }
  await done(submitted);
  return { kills: count * runPhases.length, tasks: submitted.count() };
});

async function setUp(count: number): Promise<{ app: App; submitted: Submitted; workers: readonly WorkerProcess[] }> {
  const world = await startWorld({ timing: { hub: { heartbeat: 0.3 } } });
  const app = await startApp(world.options);
  onTestFinished(() => app.stop());
  deliverTo(app.url, world);
  const submitted = await openSubmitted(world);
  await app.reconcileNow();
  const names = Array.from({ length: count }, (_, at) => `worker-${at}`);
  const workers = await Promise.all(
    names.map(async (name) => {
      const folder = join(world.options.dataFolder, "..", name);
      await mkdir(folder);
      return startWorkerProcess({ hubUrl: app.url, name, token: await app.hub.enrol(name), folder, line });
    }),
  );
  return { app, submitted, workers };
}

/** Kills the worker as soon as its run has reached the step, and starts it again. */
function killAt(app: App, workers: readonly WorkerProcess[], step: string): Promise<void> {
  return new Promise((resolve) => {
    const end = app.hub.events.subscribe((event) => {
      if ((event.kind !== "run-progress" && event.kind !== "run-start") || event.run.phase !== step) return;
      const worker = workers.find(({ name }) => name === event.run.worker);
      if (worker === undefined) return;
      end();
      void worker.kill().then(() => {
        worker.start();
        resolve();
      });
    });
  });
}

async function done(submitted: Submitted): Promise<void> {
  await until("every task is done", async () => (await submitted.open()) === 0, 120);
  await submitted.expectDone();
}
