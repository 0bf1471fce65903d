import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

/** Longest that removing what resists may take, milliseconds. */
const timeLimit = 10 * 60_000;

/** Removes a folder an agent worked in: folders it made unwritable are opened first, names no path can spell are left to `rm`. */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    await openFolders(folder).catch(() => undefined);
    await execa("rm", ["-rf", "--", folder], { stdin: "ignore", timeout: timeLimit });
  }
}

async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(join(folder, entry.name));
  }
}
