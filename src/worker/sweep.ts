import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { removeFolder } from "../git/remove-folder.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";

export interface SweepOptions {
  readonly dataFolder: string;
  /** Folders below `runs` that living runs use. */
  readonly living: () => ReadonlySet<string>;
  /** Repacks what mirrors need it. */
  readonly tidyMirrors: (signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const hour = 60 * 60_000;

/** A run's folder that nobody uses is removed after an hour; work that could be saved nowhere is kept for a week. */
const unusedFor = hour;
const leftFor = 7 * 24 * hour;

/** Of work that is kept, the newest so many: a worker that is killed again and again must not fill its disk. */
const mostLeft = 20;

/** Removes old folders and repacks mirrors, now and every hour, until the signal. */
export async function keepSwept(options: SweepOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sweep(options, signal).catch((error: unknown) => {
      if (!signal.aborted) options.log.warn({ error: String(error) }, "sweeping failed");
    });
    await options.clock.sleep(hour, signal).catch(() => undefined);
  }
}

/** Once: what earlier runs left behind. */
export async function sweep(options: SweepOptions, signal: AbortSignal): Promise<void> {
  const { dataFolder, living, tidyMirrors, clock, log } = options;
  const used = living();
  const [runs, left] = [join(dataFolder, "runs"), join(dataFolder, "runs-left")];
  for (const { name } of older(await listed(runs), clock.now() - unusedFor)) {
    if (used.has(name)) continue;
    log.info({ folder: join(runs, name) }, "a run's folder that nobody uses is removed");
    await remove(join(runs, name), log);
  }
  const kept = await listed(left);
  for (const { name } of new Set([...older(kept, clock.now() - leftFor), ...kept.slice(mostLeft)])) {
    log.warn({ folder: join(left, name) }, "work that could be saved nowhere a week ago, or many runs ago, is removed");
    await remove(join(left, name), log);
  }
  await tidyMirrors(signal);
}

interface Entry {
  readonly name: string;
  /** Milliseconds; of a folder that was moved there, when it was. */
  readonly since: number;
}

/** What lies there, the newest first. */
async function listed(folder: string): Promise<readonly Entry[]> {
  const names = await readdir(folder).catch(() => []);
  const entries = names.map(async (name) => {
    const stats = await stat(join(folder, name)).catch(() => undefined);
    return { name, since: stats?.ctimeMs ?? Number.POSITIVE_INFINITY };
  });
  return (await Promise.all(entries)).sort((one, two) => two.since - one.since);
}

function older(entries: readonly Entry[], time: number): readonly Entry[] {
  return entries.filter(({ since }) => since < time);
}

/** One that resists must not keep the others, and the mirrors, from their turn. */
async function remove(folder: string, log: Log): Promise<void> {
  await removeFolder(folder).catch((error: unknown) =>
    log.warn({ folder, error: String(error) }, "a folder cannot be removed"),
  );
}
