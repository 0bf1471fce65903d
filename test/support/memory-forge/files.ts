import type { LedgerFile } from "../../../src/ports/forge/ledger.ts";

type Folder = ReadonlyMap<string, string>;

/**
 * Texts by path that never change. A copy with other texts shares every plan's folder that it does not touch: a ledger of
 * ten thousand files and as many commits is still held, and written, in memory.
 */
export class Files implements Iterable<[string, string]> {
  readonly #folders: ReadonlyMap<string, Folder>;

  constructor(folders: ReadonlyMap<string, Folder> = new Map()) {
    this.#folders = folders;
  }

  get(path: string): string | undefined {
    return this.#folders.get(folderOf(path))?.get(path);
  }

  has(path: string): boolean {
    return this.#folders.get(folderOf(path))?.has(path) === true;
  }

  *keys(): Generator<string> {
    for (const folder of this.#folders.values()) yield* folder.keys();
  }

  *[Symbol.iterator](): Generator<[string, string]> {
    for (const folder of this.#folders.values()) yield* folder;
  }

  /** A null text deletes. */
  with(changes: readonly LedgerFile[]): Files {
    const folders = new Map(this.#folders);
    const own = new Map<string, Map<string, string>>();
    for (const { path, text } of changes) {
      const name = folderOf(path);
      const folder = own.get(name) ?? new Map(folders.get(name));
      own.set(name, folder);
      folders.set(name, folder);
      if (text === null) folder.delete(path);
      else folder.set(path, text);
    }
    return new Files(folders);
  }
}

/** `plans/12`, or nothing for what lies above the plans. */
function folderOf(path: string): string {
  return /^plans\/\d+/.exec(path)?.[0] ?? "";
}
