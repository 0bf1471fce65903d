import { gitText } from "./run.ts";

/** One file that differs between two commits. */
export interface FileDiff {
  readonly path: string;
  /** Where a renamed or copied file was. */
  readonly previousPath: string | undefined;
  readonly status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed";
  readonly additions: number;
  readonly deletions: number;
  /** Blob after the change; before it, for a removed file. */
  readonly blob: string;
  /** Unified diff from its first hunk on; absent for binary files and pure renames. */
  readonly patch: string | undefined;
}

const statuses: Readonly<Record<string, FileDiff["status"]>> = {
  A: "added",
  C: "copied",
  D: "removed",
  M: "modified",
  R: "renamed",
  T: "changed",
};

/** The tree of nothing, which git knows without storing it. */
export const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

const flags = ["-r", "-M", "--no-color", "--no-ext-diff", "--no-textconv", "--full-index"];

/** What changed from one commit or tree to another, by path. */
export async function diffFiles(folder: string, from: string, to: string): Promise<FileDiff[]> {
  const [raw, counts, patches] = await Promise.all([
    gitText(folder, ["diff-tree", ...flags, "-z", "--raw", from, to]),
    gitText(folder, ["diff-tree", ...flags, "-z", "--numstat", from, to]),
    gitText(folder, ["diff-tree", ...flags, "--patch", from, to]),
  ]);
  // All three list the same files in the same order.
  const numbers = parseNumstat(counts);
  const hunks = parsePatches(patches);
  return parseRaw(raw).map((file, at) => ({
    ...file,
    additions: numbers[at]?.additions ?? 0,
    deletions: numbers[at]?.deletions ?? 0,
    patch: hunks[at],
  }));
}

type RawFile = Omit<FileDiff, "additions" | "deletions" | "patch">;

function parseRaw(text: string): RawFile[] {
  const parts = text.split("\0");
  const files: RawFile[] = [];
  for (let at = 0; at < parts.length; ) {
    const match = /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(parts[at] ?? "");
    if (match === null) break;
    const [, before = "", after = "", letter = ""] = match;
    const moved = letter === "R" || letter === "C";
    const path = parts[at + (moved ? 2 : 1)] ?? "";
    const previousPath = moved ? parts[at + 1] : undefined;
    files.push({ path, previousPath, status: statuses[letter] ?? "changed", blob: letter === "D" ? before : after });
    at += moved ? 3 : 2;
  }
  return files;
}

function parseNumstat(text: string): { additions: number; deletions: number }[] {
  const parts = text.split("\0");
  const rows: { additions: number; deletions: number }[] = [];
  for (let at = 0; at < parts.length; ) {
    const match = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(parts[at] ?? "");
    if (match === null) break;
    rows.push({ additions: Number(match[1]) || 0, deletions: Number(match[2]) || 0 });
    // A renamed file has an empty path here and its two paths in the next parts.
    at += match[3] === "" ? 3 : 1;
  }
  return rows;
}

function parsePatches(text: string): (string | undefined)[] {
  return text
    .split(/^diff --git .*\n/m)
    .slice(1)
    .map((section) => {
      const start = section.search(/^@@ /m);
      return start === -1 ? undefined : section.slice(start).replace(/\n$/, "");
    });
}
