import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { endReaders } from "./object-reader.ts";
import { type RefOutcome, type RefUpdate, type RefWriter, refWriter } from "./ref-writer.ts";
import { gitText } from "./run.ts";

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
    create: async (repositoryId, defaultBranch) => {
      await gitText(folder(repositoryId), [
        "init",
        "--quiet",
        "--bare",
        "--template=",
        `--initial-branch=${defaultBranch}`,
      ]);
    },
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
