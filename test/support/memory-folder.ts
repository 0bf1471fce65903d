import { mkdtemp, rm, statfs } from "node:fs/promises";
import { join } from "node:path";

/**
 * Lets the tests' folders for the moment lie in memory, where there is some: a transaction of the forge's store waits for
 * the disk, and on a busy one that is milliseconds each. Answers how to take the folder away again.
 */
export async function useMemoryFolder(): Promise<() => Promise<void>> {
  const before = process.env.TMPDIR;
  if (before !== undefined || (await freeBytes(memory)) < enough) return async () => undefined;
  const folder = await mkdtemp(join(memory, "coppice-tests-"));
  process.env.TMPDIR = folder;
  return async () => {
    delete process.env.TMPDIR;
    await rm(folder, { recursive: true, force: true });
  };
}

// Linux's file system in memory.
const memory = "/dev/shm";
// All the tests together hold less than a tenth of this. Bytes.
const enough = 4 * 1024 ** 3;

async function freeBytes(folder: string): Promise<number> {
  return statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
}
