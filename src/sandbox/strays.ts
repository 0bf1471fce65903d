import { readdir, readFile } from "node:fs/promises";

/** The variable by which a command's descendants are recognised after they left its process group. */
export const markVariable = "COPPICE_PROCESS";

/**
 * Kills every process of this user whose environment has the mark beginning with `mark`; gives their number.
 * Where there is no /proc nothing is found. A process that cleaned its own environment is not either: only a PID namespace holds that one.
 */
export async function killStrays(mark: string): Promise<number> {
  const entries = await readdir("/proc").catch(() => []);
  const needle = Buffer.from(`${markVariable}=${mark}`);
  let killed = 0;
  for (const entry of entries) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    const environment = await readFile(`/proc/${entry}/environ`).catch(() => undefined);
    if (!environment?.includes(needle)) continue;
    killed += kill(Number(entry));
  }
  return killed;
}

function kill(pid: number): number {
  try {
    process.kill(pid, "SIGKILL");
    return 1;
  } catch {
    return 0;
  }
}
