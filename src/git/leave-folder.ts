import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { removeFolder } from "./remove-folder.ts";

/**
 * Moves a run's folder from `runs` to `<runs>-left`, where it is kept for a week, and says where; undefined when it had no
 * worktree yet, and is gone. The worktree alone is kept, since a full disk may be why.
 */
export async function leaveFolder(runs: string, name: string): Promise<string | undefined> {
  const folder = join(runs, name);
  await Promise.all(["work/home", "work/temp", "verify"].map((part) => removeFolder(join(folder, part))));
  if (!existsSync(join(folder, "work", "worktree"))) return removeFolder(folder).then(() => undefined);
  const wanted = join(`${runs}-left`, basename(name));
  const place = existsSync(wanted) ? `${wanted}.${Date.now()}` : wanted;
  await mkdir(dirname(place), { recursive: true });
  await rename(folder, place);
  return place;
}
