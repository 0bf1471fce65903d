import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockData } from "../../src/worker/data-lock.ts";
import { makeFolder } from "../git/origin.ts";

let folder: { path: string; remove(): Promise<void> };

beforeEach(async () => {
  folder = await makeFolder();
});
afterEach(() => folder.remove());

const claims = () => Promise.allSettled(Array.from({ length: 8 }, () => lockData(folder.path)));

describe("a data folder", () => {
  it("is one's alone when many take it at the same moment, and free again when it is let go", async () => {
    for (let round = 0; round < 10; round += 1) {
      const taken = (await claims()).flatMap((claim) => (claim.status === "fulfilled" ? [claim.value] : []));
      expect(taken).toHaveLength(1);
      expect(await taken[0]?.isHeld()).toBe(true);
      await taken[0]?.();
    }
    expect(await readdir(folder.path)).toEqual([]);
  });

  it("of a process that is dead is one's alone as well, and not let go by whoever lost it", async () => {
    await writeFile(join(folder.path, "worker.pid"), "999999999 17\n");
    const first = await lockData(folder.path);
    await writeFile(join(folder.path, "worker.pid"), "999999999 17\n");
    expect(await first.isHeld()).toBe(false);
    const second = await lockData(folder.path);
    await first();
    expect(await second.isHeld()).toBe(true);
    await expect(lockData(folder.path)).rejects.toThrow(/is in use by process \d+; give this worker another/);
  });
});
