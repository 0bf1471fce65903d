import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Git } from "./git.ts";

/** As git's own `gc.auto` and `gc.autoPackLimit`: more make looking things up slow. */
const looseObjects = 6_700;
const packs = 50;

/** Longest it may take, milliseconds; what it did until then is not lost. */
const timeLimit = 10 * 60_000;

/** Repacks a mirror that needs it; what nothing refers to is kept for two weeks, since runs may. True when it did. */
export async function tidyMirror(
  { git, folder }: { readonly git: Git; readonly folder: string },
  signal?: AbortSignal,
): Promise<boolean> {
  const objects = join(folder, "objects");
  // Ids are evenly spread: one folder of 256 tells of all.
  const sample = await readdir(join(objects, "17")).catch(() => []);
  const packed = (await readdir(join(objects, "pack")).catch(() => [])).filter((name) => name.endsWith(".pack"));
  if (sample.length * 256 < looseObjects && packed.length < packs) return false;
  const place = { gitDir: folder, timeoutMilliseconds: timeLimit, signal };
  // Refs stay files of their own: that is how they are read without a process.
  await git(["-c", "gc.packRefs=false", "gc", "--quiet", "--prune=2.weeks.ago"], place);
  return true;
}
