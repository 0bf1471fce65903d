import { constants } from "node:fs";
import { open, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { AgentResults } from "../ports/workspaces.ts";

/** Most bytes of one file, and most artifacts, an agent may leave. */
const maxBytes = 1024 * 1024;
const maxArtifacts = 20;

/** Most bytes of all artifacts together: they travel with the lease, and go to the ledger in one of its commits. */
const maxArtifactBytes = 2 * 1024 * 1024;

/** Collects `.coppice/out/`: `result.md`, and plain text files beside it or in `artifacts/`. Links are not followed. */
export async function collectResults(worktree: string): Promise<AgentResults> {
  const out = join(worktree, ".coppice", "out");
  const artifacts = new Map<string, string>();
  const leftOut: string[] = [];
  let room = maxArtifactBytes;
  const result = await readText(worktree, out, "result.md");
  for (const folder of [out, join(out, "artifacts")]) {
    for (const name of await plainFiles(worktree, folder)) {
      if (folder === out && name === "result.md") continue;
      const text = fitName(name) && artifacts.size < maxArtifacts ? await readText(worktree, folder, name) : undefined;
      const size = Buffer.byteLength(text ?? "");
      if (text === undefined || size > room) leftOut.push(name.slice(0, 100));
      else artifacts.set(name, text);
      if (size <= room) room -= size;
    }
  }
  return { ...(result === undefined ? {} : { result }), artifacts, leftOut: leftOut.slice(0, 100) };
}

/** What the ledger takes for an artifact's name: any other would be dropped there without a word. */
function fitName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name);
}

/** True when no link stands between the worktree and the folder. */
async function isReal(worktree: string, folder: string): Promise<boolean> {
  const [root, real] = await Promise.all([realpath(worktree), realpath(folder).catch(() => "")]);
  return real === join(root, folder.slice(worktree.length));
}

async function plainFiles(worktree: string, folder: string): Promise<readonly string[]> {
  if (!(await isReal(worktree, folder))) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function readText(worktree: string, folder: string, name: string): Promise<string | undefined> {
  if (!(await isReal(worktree, folder))) return undefined;
  // Not blocking: a named pipe there would wait for a writer for ever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(join(folder, name), flags).catch(() => undefined);
  if (!file) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size > maxBytes) return undefined;
    const content = await file.readFile();
    return new TextDecoder("utf-8", { fatal: true }).decode(content.subarray(0, maxBytes));
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}
