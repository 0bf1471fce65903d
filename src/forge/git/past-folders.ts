import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../store/store.ts";
import type { GitFolders } from "./folders.ts";
import { endReaders } from "./object-reader.ts";
import { refsInFiles } from "./ref-files.ts";

/** Repositories whose branches and tags are where they were. */
export interface PastFolders {
  /** For reading: branches and tags as the store knew them then, everything else as it is. */
  at(then: Store): GitFolders;
  stop(): void;
}

/** Keeps one small folder for each state that was read; all of them go when the forge stops. */
export function pastFolders(data: string, present: GitFolders): PastFolders {
  const root = join(data, "past");
  rmSync(root, { recursive: true, force: true });
  return {
    at: (then) => {
      const known = new Map<number, string>();
      const folder = (id: number) => known.get(id) ?? pastFolder(root, { id, present: present.folder(id), then });
      return {
        ...present,
        folder: (id) => {
          const found = folder(id);
          known.set(id, found);
          return found;
        },
      };
    },
    stop: () => {
      endReaders(root);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Its objects are the present ones: what a ref pointed at then is still there. */
function pastFolder(root: string, { id, present, then }: { id: number; present: string; then: Store }): string {
  const now = refsInFiles(present, ["refs"]);
  // Too many to be read here: the present is no lie either.
  if (now === undefined) return present;
  const announced = then.announcedRefs.list("byRepository", [id]).map(({ name, oid }) => [name, oid] as const);
  const others = [...now].filter(([name]) => !/^refs\/(heads|tags)\//.test(name));
  const past = textOf([...announced, ...others]);
  if (past === textOf([...now])) return present;
  const name = createHash("sha256").update(`${id}\n${past}`).digest("hex").slice(0, 24);
  const folder = join(root, `${name}.git`);
  if (!existsSync(folder)) write(folder, present, past);
  return folder;
}

function write(folder: string, present: string, refs: string): void {
  const made = `${folder}.new`;
  mkdirSync(join(made, "refs"), { recursive: true });
  for (const file of ["HEAD", "config"]) copyFileSync(join(present, file), join(made, file));
  symlinkSync(join(present, "objects"), join(made, "objects"));
  writeFileSync(join(made, "packed-refs"), refs);
  renameSync(made, folder);
}

/** As git packs refs: a line each, by name. */
function textOf(refs: readonly (readonly [name: string, oid: string])[]): string {
  const sorted = refs.toSorted(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  return sorted.map(([name, oid]) => `${oid} ${name}\n`).join("");
}
