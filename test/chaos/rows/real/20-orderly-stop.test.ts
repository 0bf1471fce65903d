import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { deliverTo, startWorld } from "../../../app/support/world.ts";
import { until } from "../../../support/up-process.ts";
import { chaos } from "../../chaos.ts";
import { startAppProcess } from "../../processes/app-process.ts";
import { enrol, freePort, runningTasks } from "../../processes/hub-client.ts";
import { openSubmitted } from "../../processes/submitted.ts";
import { startWorkerProcess } from "../../processes/worker-process.ts";

const line = 'sleep 1.5; echo made > "made-$COPPICE_ISSUE.txt"';

chaos(20, "SIGTERM with work in flight", async ({ count }) => {
  const world = await startWorld();
  const submitted = await openSubmitted(world);
  // Workers look for the hub where it was.
  const more = { PORT: String(await freePort()) };
  let app = await startAppProcess(world, more);
  deliverTo(app.url, world);
  const folder = join(world.options.dataFolder, "..", "worker");
  await mkdir(folder);
  const token = await enrol(app.url, "one");
  const worker = startWorkerProcess({ hubUrl: app.url, name: "one", token, folder, line });
  for (let round = 0; round < count; round += 1) {
    await submitted.submit();
    await until("it runs", async () => (await runningTasks(app.url)) > 0);
    if (round % 2 === 0) {
      expect(await app.end("SIGTERM")).toBe(0);
      app = await startAppProcess(world, more);
    } else {
      expect(await worker.drain()).toBe(0);
      worker.start();
    }
    await until("the task is done", async () => {
      await submitted.merge();
      return (await submitted.open()) === 0;
    });
  }
  await submitted.expectDone();
  // Nobody had to begin anew: what ran was adopted by the next app, or finished before its worker ended.
  expect(await submitted.mostEpochs()).toBe(1);
  expect(await app.end("SIGTERM")).toBe(0);
  return { stops: count, tasks: submitted.count(), "runs begun anew": 0 };
});
