import type { Oid } from "../core/repository.ts";
import type { ChangedFile } from "../ports/workspaces.ts";
import type { Mirror } from "./mirror.ts";
import { readObjects } from "./objects.ts";

/** How two trees, or the trees of two commits, differ, with the new contents; trees only, no file on disk is looked at. */
export async function diffTrees(mirror: Mirror, from: Oid, to: Oid): Promise<readonly ChangedFile[]> {
  const args = ["-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--ignore-submodules=none"];
  const { stdout } = await mirror.git(["diff-tree", ...args, from, to]);
  const entries = parse(stdout.toString());
  const blobs = await readObjects(
    mirror,
    entries.filter(isBlob).map(({ oid }) => oid),
  );
  return entries.map(({ path, oldMode, newMode, oid }) => ({
    path,
    oldMode,
    newMode,
    change: newMode === absent ? "deleted" : oldMode === absent ? "added" : "modified",
    ...(blobs.has(oid) ? { content: blobs.get(oid)?.content } : {}),
  }));
}

const absent = "000000";

interface Entry {
  readonly path: string;
  readonly oldMode: string;
  readonly newMode: string;
  readonly oid: Oid;
}

function isBlob({ newMode }: Entry): boolean {
  return newMode !== absent && newMode !== "160000";
}

/** `:<old mode> <new mode> <old oid> <new oid> <status>` NUL `<path>` NUL … */
function parse(raw: string): Entry[] {
  const parts = raw.split("\0");
  const entries: Entry[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [oldMode = "", newMode = "", , oid = ""] = (parts[at] ?? "").slice(1).split(" ");
    entries.push({ path: parts[at + 1] ?? "", oldMode, newMode, oid });
  }
  return entries;
}
