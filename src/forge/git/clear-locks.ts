import type { Stats } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

// A git process that outlived its forge finishes a ref transaction within this time. Milliseconds.
const grace = 500;

/** Removes what git processes killed together with their forge left behind: ref locks and half-received packs. */
export async function clearLocks(root: string): Promise<void> {
  const found = (await Promise.all((await list(root)).map((name) => leftovers(join(root, name))))).flat();
  if (found.length === 0) return;
  const before = await Promise.all(found.map(identity));
  await setTimeout(grace);
  for (const [at, path] of found.entries()) {
    const now = await identity(path);
    // A lock that changed meanwhile belongs to a process that still lives.
    if (now !== undefined && now === before[at]) await rm(path, { recursive: true, force: true });
  }
}

async function leftovers(folder: string): Promise<string[]> {
  const [top, refs, objects] = await Promise.all([
    list(folder),
    list(join(folder, "refs"), { recursive: true }),
    list(join(folder, "objects")),
  ]);
  return [
    ...top.filter((name) => name.endsWith(".lock")).map((name) => join(folder, name)),
    ...refs.filter((name) => name.endsWith(".lock")).map((name) => join(folder, "refs", name)),
    ...objects.filter((name) => name.startsWith("tmp_objdir-")).map((name) => join(folder, "objects", name)),
  ];
}

function list(folder: string, options: { recursive?: boolean } = {}): Promise<string[]> {
  return readdir(folder, options).catch(() => []);
}

async function identity(path: string): Promise<string | undefined> {
  const held: Stats | undefined = await stat(path).catch(() => undefined);
  return held === undefined ? undefined : `${held.ino} ${held.mtimeMs}`;
}
