import { constants } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { confine } from "../confine.ts";
import { defineTool, ToolMistake } from "../tool.ts";

export const writeFileTool = defineTool({
  name: "write_file",
  description: "Writes a whole file of the worktree, new or replaced; folders are made as needed.",
  input: z.strictObject({
    path: z.string().min(1).max(1_000).describe("relative to the worktree"),
    content: z.string().max(1_000_000),
  }),
  describe: ({ path }) => path,
  run: async ({ path, content }, { request }) => {
    await writeText(await confine(request.folders.worktree, path), path, content);
    return `${path}: ${Buffer.byteLength(content)} bytes written`;
  },
});

/** Writes a text file, keeping the mode of one that is there. `path` is already confined. */
export async function writeText(path: string, name: string, content: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const flags =
      constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const file = await open(path, flags, 0o644);
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "cannot be written";
    throw new ToolMistake(`${name}: ${code === "EISDIR" ? "is a folder" : code}`);
  }
}
