import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { leaveFolder } from "../git/leave-folder.ts";
import { removeFolder } from "../git/remove-folder.ts";
import type { Log } from "../ports/log.ts";
import { killStrays } from "../sandbox/strays.ts";

export interface LeftBehind {
  readonly dataFolder: string;
  readonly log: Log;
  /** Begins the mark of that worker's processes. */
  readonly scope: string;
  /** The disk has as much free as a run needs to begin. */
  readonly hasRoom: boolean;
}

/**
 * What a worker that was killed left in this data folder: its processes are ended, its worktrees, whose work was pushed nowhere
 * since the last checkpoint, are kept for a person, where the disk has room: one of them may be why it has not. Its leases run out, or the hub takes them back. Never throws: what an agent
 * left must not keep the next worker from starting.
 */
export async function clearAway({ dataFolder, log, scope, hasRoom }: LeftBehind): Promise<void> {
  const killed = await killStrays(`${scope}.`);
  if (killed > 0) log.warn({ killed }, "processes of an earlier worker were still running and are killed");
  const runs = join(dataFolder, "runs");
  for (const name of await readdir(runs).catch(() => [])) {
    try {
      const folder = hasRoom ? await leaveFolder(runs, name) : await removeFolder(join(runs, name));
      if (!hasRoom)
        log.warn({ folder: join(runs, name) }, "the disk is full: the worktree of a worker that was killed is removed");
      if (folder !== undefined) log.warn({ folder }, "the worktree of a worker that was killed is left for a person");
    } catch (error) {
      log.warn({ folder: join(runs, name), error: String(error) }, "a run's folder cannot be cleared away");
    }
  }
}
