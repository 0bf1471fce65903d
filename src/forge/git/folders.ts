import { existsSync, mkdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isRefName } from "./names.ts";
import { endReaders } from "./object-reader.ts";
import { type RefOutcome, type RefUpdate, type RefWriter, refWriter } from "./ref-writer.ts";

/** The bare repositories of a forge, named by database id so that no user text ever becomes a path. */
export interface GitFolders {
  /** Folder of all the bare repositories. */
  readonly root: string;
  folder(repositoryId: number): string;
  /** Makes the bare repository if it is not there. */
  create(repositoryId: number, defaultBranch: string): Promise<void>;
  /** Moves refs by compare-and-swap, all or none; follow it with `announce`. */
  updateRefs(repositoryId: number, updates: readonly RefUpdate[]): Promise<RefOutcome>;
  stop(): void;
}

export function gitFolders(data: string): GitFolders {
  const root = join(data, "repositories");
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const writers = new Map<number, RefWriter>();
  const folder = (repositoryId: number) => join(root, `${repositoryId}.git`);
  return {
    root,
    folder,
    create: (repositoryId, defaultBranch) => initialize(folder(repositoryId), `refs/heads/${defaultBranch}`),
    updateRefs: (repositoryId, updates) => {
      const writer = writers.get(repositoryId) ?? refWriter(folder(repositoryId));
      writers.set(repositoryId, writer);
      return writer.update(updates);
    },
    stop: () => {
      for (const writer of writers.values()) writer.stop();
      writers.clear();
      endReaders(root);
    },
  };
}

/** What `git init --bare` would make, without a process. */
async function initialize(folder: string, head: string): Promise<void> {
  if (!isRefName(head)) throw new Error(`${head} is no ref's name`);
  if (existsSync(join(folder, "HEAD"))) return;
  for (const part of ["objects/info", "objects/pack", "refs/heads", "refs/tags"]) {
    await mkdir(join(folder, part), { recursive: true });
  }
  await writeFile(join(folder, "config"), "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n");
  // Last: it is what tells that the rest is there.
  await writeFile(join(folder, "HEAD"), `ref: ${head}\n`);
}
