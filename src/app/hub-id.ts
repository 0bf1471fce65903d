import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A name for this hub that stays the same as long as its data folder does: what its earlier life began is then known as its own. */
export async function readHubId(dataFolder: string): Promise<string> {
  const file = join(dataFolder, "hub-id");
  const known = (await readFile(file, "utf8").catch(() => "")).trim();
  if (/^[0-9a-f-]{36}$/.test(known)) return known;
  const fresh = randomUUID();
  await mkdir(dataFolder, { recursive: true });
  // All or nothing: half a name would be another hub's.
  await writeFile(`${file}.${fresh}`, `${fresh}\n`, { mode: 0o600 });
  await rename(`${file}.${fresh}`, file);
  return fresh;
}
