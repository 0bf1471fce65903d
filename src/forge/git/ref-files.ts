import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isOid, isRefName } from "./names.ts";

/**
 * What the refs with these names, or below them (`refs`: all), point at: read from git's own files, without a process.
 * Undefined where a process should be asked: there are very many such files, or one is not of the usual kind.
 */
export function refsInFiles(folder: string, prefixes: readonly string[]): ReadonlyMap<string, string> | undefined {
  if (!prefixes.every((prefix) => prefix === "refs" || isRefName(`${prefix}/x`))) return undefined;
  try {
    const files = prefixes.flatMap((prefix) => filesBelow(folder, prefix));
    if (files.length > mostFiles) return undefined;
    const loose = files.map((name) => [name, textOf(join(folder, name))] as const);
    // In this order: a ref is packed before its file goes.
    const refs = packedRefs(folder, prefixes);
    for (const [name, text] of loose) {
      if (text === undefined) continue;
      if (!isOid(text) || name.includes("\ufffd")) return undefined;
      refs.set(name, text);
    }
    return refs;
  } catch {
    // A folder that was there a moment ago is gone: git tidies up after the last ref in it.
    return undefined;
  }
}

// Above this, one process is quicker than that many reads.
const mostFiles = 200;

/** Names of the files of refs that are not packed; the name itself when it is such a file. */
function filesBelow(folder: string, name: string): string[] {
  const place = join(folder, name);
  const found = statSync(place, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found === undefined ? [] : [name];
  return (
    readdirSync(place, { recursive: true, withFileTypes: true })
      // What git is writing at this moment ends in .lock, as no ref can.
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".lock"))
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  );
}

function packedRefs(folder: string, prefixes: readonly string[]): Map<string, string> {
  const lines = textOf(join(folder, "packed-refs"))?.split("\n") ?? [];
  const refs = lines.map((line) => [line.slice(41), line.slice(0, 40)] as const);
  const wanted = (name: string) => prefixes.some((prefix) => name === prefix || name.startsWith(`${prefix}/`));
  return new Map(refs.filter(([name]) => wanted(name)));
}

/** Undefined when there is no such file. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
