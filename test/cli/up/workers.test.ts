import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { complainOnce, fileLog, openLogFile } from "../../../src/cli/up/logs.ts";
import { follow, keepRunning, type Workers } from "../../../src/cli/up/workers.ts";

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

function neverTold({ message }: Error): void {
  expect.unreachable(message);
}

async function starts(): Promise<number> {
  return (await readFile(join(folder, "starts"), "utf8")).length;
}

it("keeps starting a worker whose folder somebody else holds at first", async () => {
  workers = keepRunning(start, { complain: neverTold, pauses: { first: 10, longest: 40, steady: 60_000 } });
  while ((await starts()) < 7) await new Promise((resolve) => setTimeout(resolve, 50));
  await workers.stop();
  expect(await starts()).toBe(7);
});

it("starts none after it was stopped during the pause", async () => {
  workers = keepRunning(start, { complain: neverTold });
  while ((await starts()) < 1) await new Promise((resolve) => setTimeout(resolve, 10));
  await workers.stop();
  const before = await starts();
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(await starts()).toBe(before);
});

it("tries again when a process cannot be made, whether that is thrown or told later", async () => {
  const complaints: string[] = [];
  let tries = 0;
  const failing = () => {
    tries += 1;
    if (tries === 1) throw new Error("no memory");
    return tries === 2 ? spawn(join(folder, "nothing-here")) : start();
  };
  const complain = ({ message }: Error) => void complaints.push(message);
  workers = keepRunning(failing, { complain, pauses: { first: 1, longest: 4, steady: 60_000 } });
  while ((await starts()) < 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(complaints).toEqual(["no memory", expect.stringContaining("ENOENT")]);
});

it("stops although no process could be made", async () => {
  const complain = () => undefined;
  await keepRunning(() => spawn(join(folder, "nothing-here")), { complain }).stop();
});

describe.runIf(existsSync("/dev/full"))("on a full disk", () => {
  it("a worker's words are lost, it works on, and that is said once", async () => {
    const lines: string[] = [];
    const log = openLogFile(
      "/dev/full",
      complainOnce("the log cannot be written", (line) => lines.push(line)),
    );
    // More than a pipe holds: it only ends when somebody reads.
    const child = spawn("/bin/sh", ["-c", "yes | head -c 500000; yes | head -c 500000 >&2"]);
    follow(child, log);
    await new Promise((resolve) => child.once("close", resolve));
    expect(child.exitCode).toBe(0);
    expect(lines).toEqual([expect.stringMatching(/^coppice: the log cannot be written: ENOSPC.*\n$/)]);
  });

  it("our own words are lost, and that is said once", async () => {
    const lines: string[] = [];
    const log = fileLog(
      "/dev/full",
      complainOnce("the log cannot be written", (line) => lines.push(line)),
    );
    while (lines.length === 0) {
      log.info("a line");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(lines).toEqual([expect.stringContaining("ENOSPC")]);
  });
});
