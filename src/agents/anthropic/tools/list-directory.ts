import { readdir } from "node:fs/promises";
import { z } from "zod";
import { confine } from "../confine.ts";
import { defineTool, ToolMistake } from "../tool.ts";

const maxEntries = 500;

export const listDirectoryTool = defineTool({
  name: "list_directory",
  description: "Lists a folder of the worktree: folders end with a slash, links with @.",
  input: z.strictObject({ path: z.string().max(1_000).default(".").describe("relative to the worktree") }),
  describe: ({ path }) => path,
  run: async ({ path }, { request }) => {
    const folder = await confine(request.folders.worktree, path);
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      throw new ToolMistake(error.code === "ENOTDIR" ? `${path}: is a file` : `${path}: there is no such folder`);
    });
    const names = entries
      .filter(({ name }) => name !== ".git")
      .map((entry) => `${entry.name}${entry.isDirectory() ? "/" : entry.isSymbolicLink() ? "@" : ""}`)
      .sort();
    const more = names.length > maxEntries ? [`… and ${names.length - maxEntries} more`] : [];
    return [...names.slice(0, maxEntries), ...more].join("\n") || "(the folder is empty)";
  },
});
