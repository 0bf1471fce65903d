import { statfs } from "node:fs/promises";
import { arch, availableParallelism, freemem, loadavg, platform, release, totalmem } from "node:os";

/** What the hub is told about this machine once. */
export function describeMachine() {
  return {
    system: `${platform()} ${release()}`.slice(0, 50),
    architecture: arch(),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
}

/** What the hub is told with every heartbeat: load over the last minute, free memory, free disk at `folder`. */
export async function measureMachine(folder: string) {
  const disk = await statfs(folder).catch(() => undefined);
  return {
    load: loadavg()[0] ?? 0,
    freeMemoryBytes: freemem(),
    freeDiskBytes: disk ? disk.bavail * disk.bsize : 0,
  };
}
