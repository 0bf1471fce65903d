import type { Oid } from "../core/repository.ts";
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
      const { code, stdout } = await mirror.git(["ls-tree", "-z", `${commit}:${path}`], { accept: [128] });
      return code === 0
        ? stdout.toString().split("\0").filter(Boolean).map(entryName).sort().slice(0, limit)
        : undefined;
    },
    search: (commit, words, options) => search(mirror, { ...options, commit, words }),
    log: (commit, options) => logged(mirror, { ...options, commit }),
    read: async (commit, path, maxBytes, { binary = "absent" } = {}) => {
      const blob = await findBlob(mirror, commit, path);
      if (blob === undefined) return undefined;
      const { stdout } = await mirror.git(["cat-file", "blob", blob], { maxBytes, truncate: true });
      if (binary === "absent" && isBinary(stdout)) return undefined;
      const text = stdout.subarray(0, maxBytes).toString();
      return binary === "marked" ? text.replaceAll("\0", "\u{fffd}") : text;
    },
  };
}

/** Undefined when no file of that name is there; throws when there is no saying. */
async function findBlob(mirror: Mirror, commit: Oid, path: string): Promise<Oid | undefined> {
  const clean = treePath(path);
  if (clean === undefined || clean === "") return undefined;
  const asked = ["--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--", clean];
  const { stdout } = await mirror.git(asked);
  return /^\d+ blob ([0-9a-f]+)\t/.exec(stdout.toString())?.[1];
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
