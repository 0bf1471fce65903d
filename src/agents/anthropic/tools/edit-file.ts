import { z } from "zod";
import { confine } from "../confine.ts";
import { defineTool, ToolMistake } from "../tool.ts";
import { readText } from "./read-file.ts";
import { writeText } from "./write-file.ts";

export const editFileTool = defineTool({
  name: "edit_file",
  description:
    "Replaces one piece of text in a file. The old text must be there exactly once, unless all are to be replaced.",
  input: z.strictObject({
    path: z.string().min(1).max(1_000).describe("relative to the worktree"),
    old_text: z.string().min(1).max(200_000),
    new_text: z.string().max(200_000),
    replace_all: z.boolean().default(false),
  }),
  describe: ({ path }) => path,
  run: async ({ path, old_text, new_text, replace_all }, { request }) => {
    const place = await confine(request.folders.worktree, path);
    const pieces = (await readText(place, path)).split(old_text);
    const count = pieces.length - 1;
    if (count === 0) throw new ToolMistake(`${path}: the old text is not in it; read the file again`);
    if (count > 1 && !replace_all) {
      throw new ToolMistake(
        `${path}: the old text is in it ${count} times; give more of its surroundings, or replace_all`,
      );
    }
    await writeText(place, path, pieces.join(new_text));
    return `${path}: ${count} replaced`;
  },
});
