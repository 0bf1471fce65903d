import { isTreePath } from "./names.ts";
import { objectInfo, readObject } from "./object-reader.ts";
import { writeObject } from "./object-writer.ts";
import { git } from "./run.ts";
import { bytesOf, readLines, type TreeLine } from "./tree-edit.ts";

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
  if (path !== "") return (await entriesAt(folder, treeish, [path]))[0];
  const root = await objectInfo(folder, `${treeish}^{tree}`);
  return root && { path, mode: "040000", type: "tree", oid: root.oid, size: undefined };
}

/** What is at each of the paths; those that do not exist are left out. */
export async function entriesAt(folder: string, treeish: string, paths: readonly string[]): Promise<TreeEntry[]> {
  const above = new Set(paths.filter(isTreePath).map((path) => parentOf(path)));
  const folders = new Map(
    await Promise.all([...above].map(async (path) => [path, await linesOf(folder, treeish, path)] as const)),
  );
  const found = paths.map(async (path) => {
    const name = bytesOf(path.slice(path.lastIndexOf("/") + 1));
    const line = folders.get(parentOf(path))?.get(name);
    return line && toEntry(folder, path, line);
  });
  return (await Promise.all(found)).filter((entry) => entry !== undefined);
}

const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));

async function linesOf(folder: string, treeish: string, path: string): Promise<Map<string, TreeLine>> {
  const lines = await readLines(folder, path === "" ? `${treeish}^{tree}` : `${treeish}:${path}`);
  return new Map(lines?.map((line) => [line.name, line]));
}

async function toEntry(folder: string, path: string, { mode, oid }: TreeLine): Promise<TreeEntry> {
  const type = mode === "040000" ? "tree" : mode === "160000" ? "commit" : "blob";
  const size = type === "blob" ? (await objectInfo(folder, oid))?.size : undefined;
  return { path, mode, type, oid, size };
}

/** The bytes of a blob. */
export async function readBlob(folder: string, oid: string): Promise<Buffer | undefined> {
  const object = await readObject(folder, oid);
  return object?.type === "blob" ? object.content : undefined;
}

/** The type of an object, or undefined when there is none. */
export async function objectType(folder: string, oid: string): Promise<string | undefined> {
  return (await objectInfo(folder, oid))?.type;
}

export function writeBlob(folder: string, content: Uint8Array): Promise<string> {
  return writeObject(folder, "blob", content);
}

function parseTree(text: string): TreeEntry[] {
  return text.split("\0").flatMap((line) => {
    const match = /^(\d{6}) (blob|tree|commit) ([0-9a-f]{40}) +(\d+|-)\t(.+)$/s.exec(line);
    if (match === null) return [];
    const [, mode = "", type = "", oid = "", size = "", path = ""] = match;
    return [{ path, mode, type: type as TreeEntry["type"], oid, size: size === "-" ? undefined : Number(size) }];
  });
}
