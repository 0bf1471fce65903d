import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sweep } from "../../src/worker/sweep.ts";
import { git, makeFolder, makeMirror, makeOrigin, quiet } from "../git/origin.ts";
import { systemClock } from "../git/system-clock.ts";

let folder: { path: string; remove(): Promise<void> };

beforeEach(async () => {
  folder = await makeFolder();
});
afterEach(() => folder.remove());

const hour = 60 * 60_000;
const never = new AbortController().signal;

async function sweepAt(later: number) {
  const told: string[] = [];
  const log = { ...quiet, warn: (_: object, message: string) => void told.push(message) };
  const clock = { ...systemClock, now: () => Date.now() + later };
  const options = { dataFolder: folder.path, living: () => new Set(["alive"]), tidyMirrors: async () => undefined };
  await sweep({ ...options, clock, log }, never);
  return told;
}

it("A sweep removes folders of runs that are over after an hour, and what was left for a person after a week, saying so", async () => {
  for (const name of ["runs/alive", "runs/dead", "elsewhere/left", "runs-left"]) {
    await mkdir(join(folder.path, name), { recursive: true });
  }
  await rename(join(folder.path, "elsewhere/left"), join(folder.path, "runs-left/left"));
  expect(await sweepAt(0)).toEqual([]);
  expect(await readdir(join(folder.path, "runs"))).toEqual(["alive", "dead"]);
  expect(await sweepAt(2 * hour)).toEqual([]);
  expect(await readdir(join(folder.path, "runs"))).toEqual(["alive"]);
  expect(existsSync(join(folder.path, "runs-left/left"))).toBe(true);
  expect(await sweepAt(8 * 24 * hour)).toEqual([expect.stringContaining("saved nowhere a week ago")]);
  expect(existsSync(join(folder.path, "runs-left/left"))).toBe(false);
  expect(existsSync(join(folder.path, "runs/alive"))).toBe(true);
});

it("A sweep keeps the newest twenty of what was left for a person", async () => {
  let last = 0;
  const later = async (path: string) => {
    // The time of a file is that of the kernel's last tick: tried until it is another.
    await chmod(path, 0o700);
    return (await stat(path)).ctimeMs > last;
  };
  for (let at = 0; at < 22; at += 1) {
    const path = join(folder.path, `runs-left/${at}`);
    await mkdir(path, { recursive: true });
    await expect.poll(() => later(path), { interval: 2 }).toBe(true);
    last = (await stat(path)).ctimeMs;
  }
  await sweepAt(0);
  const left = await readdir(join(folder.path, "runs-left"));
  expect(left.map(Number).sort((one, two) => one - two)).toEqual([...Array(20).keys()].map((at) => at + 2));
});

it("A mirror of many loose objects is repacked, with what a run may still need, and its refs stay files", async () => {
  const origin = await makeOrigin(folder.path);
  const mirror = await makeMirror(folder.path, "one", origin.url);
  const head = await mirror.branch("main");
  expect(await mirror.tidy()).toBe(false);
  const unreferenced = await git(mirror.folder, "hash-object", "-w", join(mirror.folder, "HEAD"));
  const sample = join(mirror.folder, "objects/17");
  await mkdir(sample, { recursive: true });
  for (let at = 0; at < 30; at += 1) await writeFile(join(sample, `tmp_obj_${at}`), "");
  expect(await mirror.tidy()).toBe(true);
  expect((await readdir(join(mirror.folder, "objects/pack"))).some((name) => name.endsWith(".pack"))).toBe(true);
  expect(await mirror.local("refs/heads/main")).toBe(head);
  expect(existsSync(join(mirror.folder, "refs/heads/main"))).toBe(true);
  expect(await git(mirror.folder, "cat-file", "-t", unreferenced)).toBe("blob");
});
