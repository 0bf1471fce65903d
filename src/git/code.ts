import type { Code } from "../ports/code.ts";
import type { Mirror } from "./mirror.ts";

/** Reads the default branch's files from the mirror. */
export function createCode({ mirror, defaultBranch }: { mirror: Mirror; defaultBranch: string }): Code {
  return {
    refresh: () => mirror.branch(defaultBranch),
    files: async (commit, limit) => {
      const { stdout } = await mirror.git(["ls-tree", "-r", "-z", "--name-only", commit], {
        maxBytes: 64 * 1024 * 1024,
      });
      return stdout.toString().split("\0").filter(Boolean).slice(0, limit);
    },
    read: async (commit, path, maxBytes) => {
      const { code, stdout } = await mirror.git(["cat-file", "blob", `${commit}:${path}`], {
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

/** git's own rule: a NUL among the first 8,000 bytes. */
function isBinary(content: Buffer): boolean {
  return content.subarray(0, 8_000).includes(0);
}
