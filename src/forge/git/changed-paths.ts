import type { Commit } from "./commit-text.ts";
import { isOid } from "./names.ts";
import { gitText } from "./run.ts";

export interface ChangedPaths {
  readonly added: string[];
  readonly removed: string[];
  readonly modified: string[];
}

/** Which paths each commit touched against its first parent; merges that changed nothing themselves are left out. */
export async function changedPaths(folder: string, commits: readonly Commit[]): Promise<Map<string, ChangedPaths>> {
  const result = new Map<string, ChangedPaths>();
  if (commits.length === 0) return result;
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
