import PQueue from "p-queue";
import type { Signature } from "./commit-text.ts";
import { commitTree } from "./commits.ts";
import { isTreePath } from "./names.ts";
import { entriesAt, writeBlob } from "./objects.ts";
import { type TreeChange, writeTree } from "./tree-edit.ts";

export interface FileChanges {
  /** The commit to build on; undefined makes a root commit. */
  readonly parent: string | undefined;
  readonly additions: readonly { readonly path: string; readonly content: Uint8Array }[];
  /** Paths of files; one that is not there is refused. */
  readonly deletions: readonly string[];
  readonly message: string;
  readonly author: Signature;
  readonly committer?: Signature;
}

export type CommitOutcome =
  | { readonly kind: "committed"; readonly oid: string; readonly tree: string }
  | { readonly kind: "refused"; readonly reason: string };

// Each is compressed and written to disk.
const writersAtOnce = 4;

/** Makes the commit in which these files have changed; no ref moves, no working tree is needed. */
export async function commitFiles(folder: string, changes: FileChanges): Promise<CommitOutcome> {
  const { parent, additions, deletions } = changes;
  const paths = [...additions.map((file) => file.path), ...deletions];
  const unusable = paths.find((path) => !isTreePath(path));
  if (unusable !== undefined)
    return { kind: "refused", reason: `path ${JSON.stringify(unusable)} cannot be in a tree` };

  const held = parent === undefined || paths.length === 0 ? [] : await entriesAt(folder, parent, paths);
  const entries = new Map(held.map((entry) => [entry.path, entry]));
  const absent = deletions.find((path) => entries.get(path)?.type !== "blob");
  if (absent !== undefined) return { kind: "refused", reason: `path ${JSON.stringify(absent)} does not exist` };

  const adding = additions.map(({ path, content }) => async (): Promise<TreeChange> => {
    const mode = entries.get(path)?.type === "blob" ? entries.get(path)?.mode : undefined;
    return { path, mode: mode ?? "100644", oid: await writeBlob(folder, content) };
  });
  const added = await new PQueue({ concurrency: writersAtOnce }).addAll(adding);
  const removed = deletions.map((path) => ({ path, mode: "100644", oid: null }));
  const tree = await writeTree(folder, parent, [...removed, ...added]);
  const { message, author, committer } = changes;
  const oid = await commitTree(folder, {
    tree,
    parents: parent === undefined ? [] : [parent],
    message,
    author,
    committer,
  });
  return { kind: "committed", oid, tree };
}
