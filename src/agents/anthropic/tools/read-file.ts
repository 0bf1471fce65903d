import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { z } from "zod";
import { confine } from "../confine.ts";
import { defineTool, ToolMistake } from "../tool.ts";

/** Larger files are not read at all. */
const maxBytes = 4 * 1024 * 1024;

export const readFileTool = defineTool({
  name: "read_file",
  description: "Reads a text file of the worktree. For long files give the first line and how many lines.",
  input: z.strictObject({
    path: z.string().min(1).max(1_000).describe("relative to the worktree"),
    first_line: z.number().int().min(1).optional().describe("1 is the first"),
    lines: z.number().int().min(1).max(5_000).optional(),
  }),
  describe: ({ path }) => path,
  run: async ({ path, first_line = 1, lines }, { request }) => {
    const text = await readText(await confine(request.folders.worktree, path), path);
    if (first_line === 1 && lines === undefined) return text || "(the file is empty)";
    const all = text.split("\n");
    if (first_line > all.length) throw new ToolMistake(`${path}: has only ${all.length} lines`);
    return all.slice(first_line - 1, lines === undefined ? undefined : first_line - 1 + lines).join("\n");
  },
});

/** A text file's content; throws ToolMistake for what is none. `path` is already confined. */
export async function readText(path: string, name: string): Promise<string> {
  // Not blocking: a named pipe would wait for its writer for ever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    throw new ToolMistake(error.code === "ENOENT" ? `${name}: there is no such file` : `${name}: ${error.code}`);
  });
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) throw new ToolMistake(`${name}: is a folder; use list_directory`);
    if (!stats.isFile()) throw new ToolMistake(`${name}: is no plain file`);
    if (stats.size > maxBytes) throw new ToolMistake(`${name}: has ${stats.size} bytes; at most ${maxBytes} are read`);
    const content = await file.readFile();
    if (content.includes(0)) throw new ToolMistake(`${name}: is not text`);
    return content.toString();
  } finally {
    await file.close();
  }
}
