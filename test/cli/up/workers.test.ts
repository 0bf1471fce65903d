import { spawn } from "node:child_process";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { keepRunning, type Workers } from "../../../src/cli/up/workers.ts";

let folder: string;
let workers: Workers | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "coppice-workers-"));
  await appendFile(join(folder, "starts"), "");
});
afterEach(async () => {
  await workers?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A process that notes its start and lives only from the seventh time on. */
function start() {
  return spawn("/bin/sh", ["-c", "echo >> starts; [ $(wc -l < starts) -lt 7 ] || exec sleep 300"], { cwd: folder });
}

async function starts(): Promise<number> {
  return (await readFile(join(folder, "starts"), "utf8")).length;
}

it("keeps starting a worker whose folder somebody else holds at first", async () => {
  workers = keepRunning(start, { first: 10, longest: 40, steady: 60_000 });
  while ((await starts()) < 7) await new Promise((resolve) => setTimeout(resolve, 50));
  await workers.stop();
  expect(await starts()).toBe(7);
});

it("starts none after it was stopped during the pause", async () => {
  workers = keepRunning(start);
  while ((await starts()) < 1) await new Promise((resolve) => setTimeout(resolve, 10));
  await workers.stop();
  const before = await starts();
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(await starts()).toBe(before);
});
