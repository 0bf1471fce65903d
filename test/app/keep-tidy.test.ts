import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keepTidy } from "../../src/app/keep-tidy.ts";
import { makeFolder, makeMirror, makeOrigin } from "../git/origin.ts";
import { until } from "../hub/support/host.ts";
import { hurryingClock } from "../support/hurrying-clock.ts";

const hour = 3_600_000;

async function openCluttered() {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  const mirror = await makeMirror(folder.path, "one", (await makeOrigin(folder.path)).url);
  await mirror.branch("main");
  const sample = join(mirror.folder, "objects/17");
  await mkdir(sample, { recursive: true });
  for (let at = 0; at < 30; at += 1) await writeFile(join(sample, `tmp_obj_${at}`), "");
  return mirror;
}

function noting(lines: string[]) {
  const note = (_fields: object, line: string) => void lines.push(line);
  return { debug: note, info: note, warn: note, error: note };
}

test("a mirror that needs it is repacked an hour after it was opened, and looked at daily until the signal", async () => {
  const mirror = await openCluttered();
  const clock = hurryingClock();
  const stopping = new AbortController();
  const lines: string[] = [];
  const ended = keepTidy({ mirror, clock, log: noting(lines) }, stopping.signal);
  await until("three looks", () => clock.slept.length >= 3);
  stopping.abort();
  await ended;
  expect(clock.slept.slice(0, 3)).toEqual([hour, 24 * hour, 24 * hour]);
  expect(lines[0]).toBe("The mirror is repacked");
  expect((await readdir(join(mirror.folder, "objects/pack"))).some((name) => name.endsWith(".pack"))).toBe(true);
});

test("a mirror that cannot be repacked is told of in one line a day, and nothing is told of an orderly stop", async () => {
  const mirror = await openCluttered();
  await writeFile(join(mirror.folder, "config"), "[broken");
  const clock = hurryingClock();
  const stopping = new AbortController();
  const lines: string[] = [];
  const ended = keepTidy({ mirror, clock, log: noting(lines) }, stopping.signal);
  await until("two looks", () => lines.length >= 2);
  const days = clock.slept.length;
  stopping.abort();
  await ended;
  expect(new Set(lines)).toEqual(new Set(["The mirror was not repacked; tried again in a day"]));
  expect(lines.length).toBeLessThanOrEqual(days);
});
