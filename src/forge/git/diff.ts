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
  const args = ["diff-tree", ...flags, "-z", "--raw", "--numstat", "--patch", from, to];
  const parts = (await gitText(folder, args)).split("\0");
  // Three forms with the same files in the same order; before the last, which may hold a NUL itself, is an empty part.
  const { files, end } = readRaw(parts);
  const numbers = readNumstat(parts, end);
  const sections = parsePatch(parts.slice(numbers.end + 1).join("\0"));
  return files.map((file, at) => {
    // A file that became a link is shown as one that went and one that came.
    const hunks = sections.splice(0, file.status === "changed" ? 2 : 1).filter((section) => section !== undefined);
    const patch = hunks.length === 0 ? undefined : hunks.join("\n");
    return { ...file, additions: numbers.rows[at]?.additions ?? 0, deletions: numbers.rows[at]?.deletions ?? 0, patch };
  });
}

type RawFile = Omit<FileDiff, "additions" | "deletions" | "patch">;

function readRaw(parts: readonly string[]): { files: RawFile[]; end: number } {
  const files: RawFile[] = [];
  for (let at = 0; ; ) {
    const match = /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(parts[at] ?? "");
    if (match === null) return { files, end: at };
    const [, before = "", after = "", letter = ""] = match;
    const moved = letter === "R" || letter === "C";
    const path = parts[at + (moved ? 2 : 1)] ?? "";
    const previousPath = moved ? parts[at + 1] : undefined;
    files.push({ path, previousPath, status: statuses[letter] ?? "changed", blob: letter === "D" ? before : after });
    at += moved ? 3 : 2;
  }
}

interface Numstat {
  readonly rows: readonly { readonly additions: number; readonly deletions: number }[];
  readonly end: number;
}

function readNumstat(parts: readonly string[], start: number): Numstat {
  const rows: { additions: number; deletions: number }[] = [];
  for (let at = start; ; ) {
    const match = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(parts[at] ?? "");
    if (match === null) return { rows, end: at };
    rows.push({ additions: Number(match[1]) || 0, deletions: Number(match[2]) || 0 });
    // A renamed file has an empty path here and its two paths in the next parts.
    at += match[3] === "" ? 3 : 1;
  }
}

/** Each file's hunks; undefined for one that has none. Lines end in a line feed alone, whatever else a file holds. */
function parsePatch(text: string): (string | undefined)[] {
  return text
    .split(/(?<![^\n])diff --git [^\n]*\n/)
    .slice(1)
    .map((section) => {
      const start = section.search(/(?<![^\n])@@ /);
      return start === -1 ? undefined : section.slice(start).replace(/\n$/, "");
    });
}
