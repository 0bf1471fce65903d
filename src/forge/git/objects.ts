import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git, gitBytes, gitText } from "./run.ts";

/** One entry of a tree. */
export interface TreeEntry {
  readonly path: string;
  /** Six octal digits, `100644`. */
  readonly mode: string;
  readonly type: "blob" | "tree" | "commit";
  readonly oid: string;
  /** Bytes, for blobs. */
  readonly size: number | undefined;
}

/** A path to set, or with `oid: null` to take away. */
export interface TreeChange {
  readonly path: string;
  readonly mode: string;
  readonly oid: string | null;
}

/** The entries of a tree (or of a commit's tree); `recursive` lists what lies below too, folders included. */
export async function readTree(
  folder: string,
  treeish: string,
  options: { recursive?: boolean } = {},
): Promise<TreeEntry[] | undefined> {
  const flags = options.recursive ? ["-r", "-t"] : [];
  const result = await git(folder, ["ls-tree", "-z", "--long", ...flags, "--end-of-options", treeish]);
  return result.code === 0 ? parseTree(result.stdout) : undefined;
}

/** What is at `path` in the commit's tree; the root has an empty path. */
export async function entryAt(folder: string, treeish: string, path: string): Promise<TreeEntry | undefined> {
  if (path === "") {
    const result = await git(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${treeish}^{tree}`]);
    const oid = result.stdout.trim();
    return result.code === 0 ? { path, mode: "040000", type: "tree", oid, size: undefined } : undefined;
  }
  return (await entriesAt(folder, treeish, [path]))[0];
}

/** What is at each of the paths; those that do not exist are left out. */
export async function entriesAt(folder: string, treeish: string, paths: readonly string[]): Promise<TreeEntry[]> {
  const result = await git(folder, ["ls-tree", "-z", "--long", "--full-tree", treeish, "--", ...paths]);
  return result.code === 0 ? parseTree(result.stdout) : [];
}

/** The bytes of a blob. */
export async function readBlob(folder: string, oid: string): Promise<Buffer | undefined> {
  const kind = await git(folder, ["cat-file", "-t", oid]);
  return kind.code === 0 && kind.stdout.trim() === "blob" ? gitBytes(folder, ["cat-file", "blob", oid]) : undefined;
}

/** The type of an object, or undefined when there is none. */
export async function objectType(folder: string, oid: string): Promise<string | undefined> {
  const result = await git(folder, ["cat-file", "-t", oid]);
  return result.code === 0 ? result.stdout.trim() : undefined;
}

export async function writeBlob(folder: string, content: Uint8Array): Promise<string> {
  return (await gitText(folder, ["hash-object", "-w", "--stdin"], { input: content })).trim();
}

/** Writes the tree that `base` becomes by the changes; a change to a tree puts that whole tree at the path. */
export async function writeTree(
  folder: string,
  base: string | undefined,
  changes: readonly TreeChange[],
): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), "forge-index-"));
  const environment = { GIT_INDEX_FILE: join(scratch, "index") };
  try {
    if (base !== undefined) await gitText(folder, ["read-tree", base], { environment });
    const lines = changes.filter((change) => change.mode !== "040000").map(indexLine);
    await gitText(folder, ["update-index", "-z", "--replace", "--index-info"], { environment, input: lines.join("") });
    for (const change of changes.filter((row) => row.mode === "040000" && row.oid !== null)) {
      await gitText(folder, ["read-tree", `--prefix=${change.path}/`, `${change.oid}`], { environment });
    }
    return (await gitText(folder, ["write-tree"], { environment })).trim();
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function indexLine({ path, mode, oid }: TreeChange): string {
  return oid === null ? `0 ${"0".repeat(40)}\t${path}\0` : `${mode} ${oid}\t${path}\0`;
}

function parseTree(text: string): TreeEntry[] {
  return text.split("\0").flatMap((line) => {
    const match = /^(\d{6}) (blob|tree|commit) ([0-9a-f]{40}) +(\d+|-)\t(.+)$/s.exec(line);
    if (match === null) return [];
    const [, mode = "", type = "", oid = "", size = "", path = ""] = match;
    return [{ path, mode, type: type as TreeEntry["type"], oid, size: size === "-" ? undefined : Number(size) }];
  });
}
