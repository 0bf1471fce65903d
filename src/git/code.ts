import type { Code } from "../ports/code.ts";
import { logged } from "./code/log.ts";
import { search } from "./code/search.ts";
import { treePath } from "./code/tree-path.ts";
import type { Mirror } from "./mirror.ts";

/** Reads the default branch's files from the mirror. */
export function createCode({ mirror, defaultBranch }: { mirror: Mirror; defaultBranch: string }): Code {
  return {
    refresh: () => mirror.branch(defaultBranch),
    files: async (commit, limit) => {
      const { stdout } = await mirror.git(["ls-tree", "-r", "-z", "--name-only", commit], {
        maxBytes: 64 * 1024 * 1024,
        truncate: true,
      });
      return stdout.toString().split("\0").filter(Boolean).slice(0, limit);
    },
    list: async (commit, folder, limit) => {
      const path = treePath(folder);
      if (path === undefined) return undefined;
      const { code, stdout } = await mirror.git(["ls-tree", "-z", `${commit}:${path}`], { accept: "any" });
      return code === 0
        ? stdout.toString().split("\0").filter(Boolean).map(entryName).sort().slice(0, limit)
        : undefined;
    },
    search: (commit, words, options) => search(mirror, { ...options, commit, words }),
    log: (commit, options) => logged(mirror, { ...options, commit }),
    read: async (commit, path, maxBytes) => {
      const clean = treePath(path);
      if (clean === undefined) return undefined;
      const { code, stdout } = await mirror.git(["cat-file", "blob", `${commit}:${clean}`], {
        accept: "any",
        maxBytes,
        truncate: true,
      });
      const cut = code !== 0 && stdout.length >= maxBytes;
      if ((code !== 0 && !cut) || isBinary(stdout)) return undefined;
      return stdout.subarray(0, maxBytes).toString();
    },
  };
}

/** Of `<mode> <type> <object>TAB<name>`. */
function entryName(entry: string): string {
  const name = entry.slice(entry.indexOf("\t") + 1);
  return /^\d+ tree /.test(entry) ? `${name}/` : name;
}

/** git's own rule: a NUL among the first 8,000 bytes. */
function isBinary(content: Buffer): boolean {
  return content.subarray(0, 8_000).includes(0);
}
