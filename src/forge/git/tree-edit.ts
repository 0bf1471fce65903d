import { readObject } from "./object-reader.ts";
import { writeObject } from "./object-writer.ts";

/** A path to set, or with `oid: null` to take away. */
export interface TreeChange {
  readonly path: string;
  /** Six octal digits, `100644`. */
  readonly mode: string;
  readonly oid: string | null;
}

/** One line of a tree object. */
export interface TreeLine {
  /** Each byte of the name as one character: names need not be UTF-8. */
  readonly name: string;
  /** Six octal digits. */
  readonly mode: string;
  readonly oid: string;
}

/** Writes the tree that `base` becomes by the changes, in their order; a change to a tree puts that whole tree at the path. */
export async function writeTree(
  folder: string,
  base: string | undefined,
  changes: readonly TreeChange[],
): Promise<string> {
  const steps = changes.map(({ path, mode, oid }) => ({ parts: bytesOf(path).split("/"), mode, oid }));
  return writeLines(folder, await edited(folder, base, steps));
}

/** The lines of the tree that a revision names; undefined when it names none. */
export async function readLines(folder: string, revision: string): Promise<TreeLine[] | undefined> {
  const tree = await readObject(folder, revision);
  return tree?.type === "tree" ? parse(tree.content) : undefined;
}

/** A text's UTF-8 bytes, each as one character. */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString("latin1");
}

const treeMode = "040000";

interface Step {
  readonly parts: readonly string[];
  readonly mode: string;
  readonly oid: string | null;
}

async function edited(folder: string, base: string | undefined, steps: readonly Step[]): Promise<TreeLine[]> {
  const held = base === undefined ? [] : await readLines(folder, `${base}^{tree}`);
  if (held === undefined) throw new Error(`${base} is no tree`);
  const lines = new Map(held.map((line) => [line.name, line]));
  const below = new Map<string, Step[]>();
  for (const { parts, mode, oid } of steps) {
    const [name = "", ...rest] = parts;
    if (rest.length > 0) {
      const inner = below.get(name) ?? [];
      inner.push({ parts: rest, mode, oid });
      below.set(name, inner);
    } else if (oid !== null) {
      below.delete(name);
      lines.set(name, { name, mode, oid });
    } else if (lines.get(name)?.mode !== treeMode) lines.delete(name);
  }
  for (const [name, inner] of below) {
    const line = lines.get(name);
    const changed = await edited(folder, line?.mode === treeMode ? line.oid : undefined, inner);
    if (changed.length > 0) lines.set(name, { name, mode: treeMode, oid: await writeLines(folder, changed) });
    // What was to be taken out of a folder that is a file leaves the file alone.
    else if (line?.mode === treeMode) lines.delete(name);
  }
  return [...lines.values()];
}

function parse(content: Buffer): TreeLine[] {
  const lines: TreeLine[] = [];
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const end = content.indexOf(0, space);
    const mode = content.toString("latin1", at, space).padStart(6, "0");
    const name = content.toString("latin1", space + 1, end);
    lines.push({ name, mode, oid: content.toString("hex", end + 1, end + 21) });
    at = end + 21;
  }
  return lines;
}

function writeLines(folder: string, lines: readonly TreeLine[]): Promise<string> {
  // git sorts by bytes, a folder as if its name ended in a slash.
  const key = ({ mode, name }: TreeLine) => (mode === treeMode ? `${name}/` : name);
  const sorted = [...lines].sort((left, right) => (key(left) < key(right) ? -1 : 1));
  const parts = sorted.flatMap(({ mode, name, oid }) => [
    Buffer.from(`${mode.replace(/^0/, "")} ${name}\0`, "latin1"),
    Buffer.from(oid, "hex"),
  ]);
  return writeObject(folder, "tree", Buffer.concat(parts));
}
