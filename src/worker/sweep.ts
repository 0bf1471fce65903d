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
  for (const name of await older(join(dataFolder, "runs"), clock.now() - unusedFor)) {
    if (used.has(name)) continue;
    log.info({ folder: join(dataFolder, "runs", name) }, "a run's folder that nobody uses is removed");
    await removeFolder(join(dataFolder, "runs", name));
  }
  for (const name of await older(join(dataFolder, "runs-left"), clock.now() - leftFor)) {
    log.warn({ folder: join(dataFolder, "runs-left", name) }, "work that could be saved nowhere a week ago is removed");
    await removeFolder(join(dataFolder, "runs-left", name));
  }
  await tidyMirrors(signal);
}

/** What lies there since before that time; a folder that was moved there counts from the move. */
async function older(folder: string, time: number): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const stats = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
  return names.filter((_, at) => (stats[at]?.ctimeMs ?? Number.POSITIVE_INFINITY) < time);
}
