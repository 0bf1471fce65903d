import { listLine } from "./commits.ts";
import { git } from "./run.ts";

export type MergeOutcome =
  | { readonly kind: "clean"; readonly tree: string }
  /** `paths` is empty when the histories have nothing in common. */
  | { readonly kind: "conflict"; readonly paths: readonly string[] };

/** Merges two commits in memory and answers the resulting tree, or the paths that conflict. */
export async function mergeTree(
  folder: string,
  { ours, theirs }: { ours: string; theirs: string },
): Promise<MergeOutcome> {
  const ahead = await listLine(folder, { from: ours, to: theirs });
  const tree = ahead?.[0]?.tree;
  // What builds on ours has nothing of ours to merge.
  if (tree !== undefined) return { kind: "clean", tree };
  const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs];
  const result = await git(folder, args);
  const [merged = "", ...paths] = result.stdout.split("\0").filter((part) => part !== "");
  if (result.code === 0) return { kind: "clean", tree: merged };
  if (result.code === 1) return { kind: "conflict", paths: [...new Set(paths)] };
  if (result.stderr.includes("unrelated histories")) return { kind: "conflict", paths: [] };
  throw new Error(`git merge-tree ended with ${result.code}: ${result.stderr.trim()}`);
}
