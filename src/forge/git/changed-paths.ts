import type { Commit } from "./commit-text.ts";
import { isOid } from "./names.ts";
import { gitText } from "./run.ts";
import { readLines, type TreeLine } from "./tree-edit.ts";

export interface ChangedPaths {
  readonly added: string[];
  readonly removed: string[];
  readonly modified: string[];
}

/** Which paths each commit touched against its first parent; merges that changed nothing themselves are left out. */
export async function changedPaths(folder: string, commits: readonly Commit[]): Promise<Map<string, ChangedPaths>> {
  return (await byReading(folder, commits)) ?? byProcess(folder, commits);
}

// Above this, one process is quicker than that many reads.
const mostTrees = 100;

async function byReading(folder: string, commits: readonly Commit[]): Promise<Map<string, ChangedPaths> | undefined> {
  let read = 0;
  const linesOf = async (tree: string | undefined) => {
    read += 1;
    const lines = tree === undefined || read > mostTrees ? [] : await readLines(folder, tree);
    return new Map(lines?.map((line) => [line.name, line]));
  };
  const result = new Map<string, ChangedPaths>();
  for (const { oid, tree, parents } of commits) {
    const [parent, ...others] = parents;
    if (others.length > 0) continue;
    const before = parent === undefined ? undefined : `${parent}^{tree}`;
    result.set(oid, sorted(await differences(linesOf, { before, after: tree, above: "" })));
    if (read > mostTrees) return undefined;
  }
  return result;
}

interface TwoTrees {
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Path of the folder they are, with a slash at the end. */
  readonly above: string;
}

type Difference = readonly [list: keyof ChangedPaths, path: string];

/** Paths are texts of bytes, as in `TreeLine`. */
async function differences(
  linesOf: (tree: string | undefined) => Promise<Map<string, TreeLine>>,
  { before, after, above }: TwoTrees,
): Promise<Difference[]> {
  const [old, young] = [await linesOf(before), await linesOf(after)];
  const found: Difference[] = [];
  for (const name of new Set([...old.keys(), ...young.keys()])) {
    const [was, is] = [old.get(name), young.get(name)];
    if (was?.oid === is?.oid && was?.mode === is?.mode) continue;
    const path = above + name;
    const [gone, come] = [folderIn(was), folderIn(is)];
    if (gone !== undefined || come !== undefined) {
      found.push(...(await differences(linesOf, { before: gone, after: come, above: `${path}/` })));
    }
    const [file, becomes] = [was !== undefined && gone === undefined, is !== undefined && come === undefined];
    if (file || becomes) found.push([file && becomes ? "modified" : file ? "removed" : "added", path]);
  }
  return found;
}

const folderIn = (line: TreeLine | undefined) => (line?.mode === "040000" ? line.oid : undefined);

function sorted(found: readonly Difference[]): ChangedPaths {
  const paths = (wanted: keyof ChangedPaths) =>
    found
      .flatMap(([list, path]) => (list === wanted ? [path] : []))
      .sort((one, other) => (one < other ? -1 : 1))
      .map((path) => Buffer.from(path, "latin1").toString("utf8"));
  return { added: paths("added"), removed: paths("removed"), modified: paths("modified") };
}

async function byProcess(folder: string, commits: readonly Commit[]): Promise<Map<string, ChangedPaths>> {
  const result = new Map<string, ChangedPaths>();
  const input = commits.map((commit) => `${commit.oid}\n`).join("");
  const args = ["diff-tree", "--stdin", "-r", "--root", "--no-renames", "--name-status", "-z"];
  const parts = (await gitText(folder, args, { input })).split("\0");
  let current: ChangedPaths | undefined;
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? "";
    if (isOid(part)) {
      current = { added: [], removed: [], modified: [] };
      result.set(part, current);
    } else if (part !== "") {
      at += 1;
      listFor(current, part)?.push(parts[at] ?? "");
    }
  }
  return result;
}

function listFor(paths: ChangedPaths | undefined, status: string): string[] | undefined {
  if (status === "A") return paths?.added;
  return status === "D" ? paths?.removed : paths?.modified;
}
