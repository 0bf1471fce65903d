import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GitFolders, gitFolders } from "../../src/forge/git/folders.ts";

/** The forge's git without a forge: folders below `data`, and one empty bare repository, number 1, in `folder`. */
export interface BareRepository {
  readonly data: string;
  readonly folders: GitFolders;
  readonly folder: string;
  close(): Promise<void>;
}

export async function bareRepository(): Promise<BareRepository> {
  const data = await mkdtemp(join(tmpdir(), "forge-"));
  const folders = gitFolders(data);
  await folders.create(1, "main");
  const close = async () => {
    folders.stop();
    await rm(data, { recursive: true });
  };
  return { data, folders, folder: folders.folder(1), close };
}
