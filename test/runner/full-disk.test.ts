import { execFileSync } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { chmod, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { leaseRef } from "../../src/core/lease/lease.ts";
import type { RunOutcome } from "../../src/core/run/run.ts";
import type { Origin } from "../git/origin.ts";
import { git, makeFolder, makeLease, makeOrigin, writeFiles } from "../git/origin.ts";
import { canMount, mountDisk } from "../support/small-disk.ts";
import type { Bench } from "./bench.ts";
import { makeBench, makeOffer } from "./bench.ts";

let folder: { path: string; remove(): Promise<void> };
let origin: Origin;
let disk: string;

beforeEach(async () => {
  folder = await makeFolder();
  origin = await makeOrigin(folder.path);
  disk = join(folder.path, "disk");
  await mkdir(disk);
});
afterEach(() => folder.remove());

/** Takes all the room there is but so many KiB. */
function fill(leave = 0): void {
  const file = openSync(join(disk, "filler"), "w");
  const block = Buffer.alloc(4_096);
  try {
    for (;;) writeSync(file, block);
  } catch {
    // Full.
  } finally {
    closeSync(file);
  }
  if (leave > 0) execFileSync("truncate", ["-s", `-${leave}K`, join(disk, "filler")]);
}

const random = "head -c 3000000 /dev/urandom > big.bin";

/** Where the disk fills up, and what the agent does. */
const steps: Readonly<Record<string, { line: string; at?: string; before?: boolean; leave?: number }>> = {
  claim: { line: "echo a > a", before: true },
  checkout: { line: "echo a > a", before: true, leave: 2_000 },
  agent: { line: `echo a > a; cat /dev/zero > ${"$"}PWD/zero` },
  stage: { line: `${random}; cat /dev/zero > ${"$"}TMPDIR/zero; true` },
  push: { line: "echo a > a", at: "publishing" },
};

function failureOf(outcome: RunOutcome) {
  if (outcome.kind !== "failed") throw new Error("published");
  return outcome.failure;
}

/** The task as it is now is done after all, and no object anywhere is broken. */
async function goesOn(bench: Bench): Promise<void> {
  const held = (await bench.leases.list()).get(12);
  const epoch = (held?.lease.epoch ?? 0) + 1;
  const lease = { ...makeLease(), ...held?.lease, phase: "claimed" as const, epoch };
  const outcome = await bench.run(makeOffer({ run: `run-${epoch}`, expected: held?.oid, lease }));
  expect(outcome).toMatchObject({ kind: "published" });
  for (const repository of [join(disk, "one.git"), origin.folder]) await git(repository, "fsck", "--strict");
}

describe.skipIf(!canMount)("a disk that is full", () => {
  // Elsewhere a limit on the size of git's files stands in, below.
  let unmount: () => void;
  beforeEach(() => {
    unmount = mountDisk(disk, 16);
  });
  afterEach(() => unmount());

  it.each(Object.keys(steps))(
    "at the step %s fails typed, keeps nothing half-done, and the task goes on",
    async (step) => {
      const { line, at, before = false, leave = 0 } = steps[step] ?? { line: "" };
      await origin.push({ "large.bin": Buffer.alloc(3_000_000, "coppice") });
      const bench = await makeBench(disk, origin, line);
      if (before) fill(leave);
      const onPhase = (phase: string) => void (phase === at && fill());
      const failure = failureOf(await bench.run(makeOffer(), { onPhase }));
      if (step === "agent") expect(failure).toMatchObject({ kind: "agent-failed", message: /exit code/ });
      else expect(failure).toMatchObject({ kind: "internal", message: expect.stringMatching(/^disk-full: /) });
      expect(await origin.ref("refs/heads/coppice/12-task")).toBeUndefined();
      await rm(join(disk, "filler"), { force: true });
      const lease = (await bench.leases.list()).get(12)?.lease;
      if (step === "claim") expect(lease).toBeUndefined();
      else expect(lease).toMatchObject({ phase: "free", epoch: 1, failures: [failure] });
      expect(await readdir(join(disk, "one-runs")).catch(() => [])).toEqual([]);
      const healthy = await makeBench(disk, origin, "echo a > a", { name: "one" });
      await goesOn(healthy);
    },
  );
});

describe("a limit on the size of files, as a quota would be", () => {
  it("fails a checkout typed, and the task goes on where there is room", async () => {
    await origin.push({ "large.bin": Buffer.alloc(300_000, "coppice") });
    const wrapped = join(folder.path, "bin");
    const real = execFileSync("sh", ["-c", "command -v git"]).toString().trim();
    await writeFiles(wrapped, { git: `#!/bin/bash\ntrap '' XFSZ\nulimit -f 100\nexec ${real} "$@"\n` });
    await chmod(join(wrapped, "git"), 0o755);
    const path = process.env.PATH;
    process.env.PATH = `${wrapped}:${path}`;
    try {
      const bench = await makeBench(disk, origin, "echo a > a");
      const failure = failureOf(await bench.run(makeOffer()));
      expect(failure).toMatchObject({
        kind: "internal",
        message: expect.stringMatching(/^disk-full: git read-tree: /),
      });
      expect((await bench.leases.list()).get(12)?.lease).toMatchObject({ phase: "free", failures: [failure] });
      expect(await origin.ref(leaseRef(12))).toMatch(/^[0-9a-f]{40}$/);
    } finally {
      process.env.PATH = path;
    }
    await goesOn(await makeBench(disk, origin, "echo a > a"));
  });
});
