import { statfsSync } from "node:fs";
import { arch, availableParallelism, loadavg, platform, release, totalmem } from "node:os";
import type { Measured } from "../core/worker/strain.ts";

/** What the hub is told about this machine once. */
export function describeMachine() {
  return {
    system: `${platform()} ${release()}`.slice(0, 50),
    architecture: arch(),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
}

/** The machine now: what processes may still have of its memory, what this user may of the disk `folder` is on. */
export function measureMachine(folder: string): Measured {
  return {
    load: loadavg()[0] ?? 0,
    cores: availableParallelism(),
    freeMemoryBytes: process.availableMemory(),
    ...freeDisk(folder),
  };
}

function freeDisk(folder: string): Pick<Measured, "freeDiskBytes"> {
  try {
    const disk = statfsSync(folder);
    return { freeDiskBytes: disk.bavail * disk.bsize };
  } catch {
    return {};
  }
}
