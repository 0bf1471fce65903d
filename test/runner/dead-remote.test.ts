import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../src/ports/clock.ts";
import type { Origin } from "../git/origin.ts";
import { git, makeFolder, makeOrigin, quiet } from "../git/origin.ts";
import { systemClock } from "../git/system-clock.ts";
import { makeBench, makeOffer } from "./bench.ts";

let folder: { path: string; remove(): Promise<void> };
let origin: Origin;

beforeEach(async () => {
  folder = await makeFolder();
  origin = await makeOrigin(folder.path);
});
afterEach(() => folder.remove());

/** Pauses below a minute take no time; what sleeps longer, such as the keeping of a lease, sleeps. */
function hurried(onPause: (slept: number) => Promise<unknown> | undefined): Clock {
  let slept = 0;
  return {
    now: systemClock.now,
    monotonic: () => systemClock.monotonic() + slept,
    sleep: async (milliseconds, signal) => {
      if (milliseconds >= 60_000) return systemClock.sleep(milliseconds, signal);
      slept += milliseconds;
      await onPause(slept);
      signal?.throwIfAborted();
    },
  };
}

const work = () => `echo a > a; mv ${origin.folder} ${origin.folder}.away`;

describe("a run whose remote goes away before it ends", () => {
  it("is published when the remote comes back within a minute", async () => {
    let isBack = false;
    const back = (slept: number) => {
      if (isBack || slept < 55_000) return undefined;
      isBack = true;
      return rename(`${origin.folder}.away`, origin.folder);
    };
    const bench = await makeBench(folder.path, origin, work(), { clock: hurried(back) });
    expect(await bench.run(makeOffer())).toMatchObject({ kind: "published" });
  });

  it("fails after two minutes, and its work is kept in the mirror", async () => {
    let total = 0;
    const clock = hurried(async (slept) => {
      total = slept;
    });
    const bench = await makeBench(folder.path, origin, work(), { clock });
    expect(await bench.run(makeOffer())).toMatchObject({ kind: "failed", failure: { kind: "internal" } });
    expect(total).toBeGreaterThan(100_000);
    expect(total).toBeLessThan(180_000);
    const saved = await git(join(folder.path, "one.git"), "for-each-ref", "--format=%(refname)", "refs/coppice/trash/");
    expect(await git(join(folder.path, "one.git"), "show", `${saved}:a`)).toBe("a");
  });

  it("leaves the worktree and says where when the mirror takes nothing either", async () => {
    const folders: unknown[] = [];
    const log = { ...quiet, warn: (facts: object) => "folder" in facts && folders.push(facts.folder) };
    // No ref can be made below a file.
    const line = `${work()}; touch ${join(folder.path, "one.git/refs/coppice")}`;
    const bench = await makeBench(folder.path, origin, line, { clock: hurried(() => undefined), log });
    expect(await bench.run(makeOffer())).toMatchObject({ kind: "failed", failure: { kind: "internal" } });
    expect(folders).toEqual([join(folder.path, "one-runs-left/run-1")]);
    expect(await readFile(join(String(folders[0]), "work/worktree/a"), "utf8")).toBe("a\n");
  });

  it("ends at once when it is stopped while it waits", async () => {
    const stopping = new AbortController();
    const clock = hurried(async () => stopping.abort("stopped by a person"));
    const bench = await makeBench(folder.path, origin, work(), { clock });
    const outcome = await bench.run(makeOffer(), {}, stopping.signal);
    expect(outcome).toMatchObject({ kind: "failed", failure: { kind: "stopped", message: "stopped by a person" } });
  });
});
