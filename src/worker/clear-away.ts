import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { leaveFolder } from "../git/leave-folder.ts";
import type { Log } from "../ports/log.ts";
import { killStrays } from "../sandbox/strays.ts";

/**
 * What a worker that was killed left in this data folder: its processes are ended, its worktrees, whose work was pushed nowhere
 * since the last checkpoint, are kept for a person. Its leases run out, or the hub takes them back. Never throws: what an agent
 * left must not keep the next worker from starting.
 */
export async function clearAway({ dataFolder, log }: { dataFolder: string; log: Log }, scope: string): Promise<void> {
  const killed = await killStrays(`${scope}.`);
  if (killed > 0) log.warn({ killed }, "processes of an earlier worker were still running and are killed");
  const runs = join(dataFolder, "runs");
  for (const name of await readdir(runs).catch(() => [])) {
    try {
      const folder = await leaveFolder(runs, name);
      if (folder !== undefined) log.warn({ folder }, "the worktree of a worker that was killed is left for a person");
    } catch (error) {
      log.warn({ folder: join(runs, name), error: String(error) }, "a run's folder cannot be cleared away");
    }
  }
}
