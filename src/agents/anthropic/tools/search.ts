import { relative } from "node:path";
import { z } from "zod";
import { confine } from "../confine.ts";
import { cap, defineTool, ToolMistake } from "../tool.ts";

const limits = { timeoutMilliseconds: 30_000, keepBytes: 16_384 };

export const searchTool = defineTool({
  name: "search",
  description: "Finds lines that match an extended regular expression (as grep -E) in the worktree's text files.",
  input: z.strictObject({
    pattern: z.string().min(1).max(1_000),
    path: z.string().max(1_000).default(".").describe("a file or folder to search in"),
    ignore_case: z.boolean().default(false),
  }),
  describe: ({ pattern, path }) => `${pattern} in ${path}`,
  run: async ({ pattern, path, ignore_case }, { request, processes, signal }) => {
    const place = relative(await confine(request.folders.worktree, "."), await confine(request.folders.worktree, path));
    // In the sandbox: a pattern that takes for ever is ended there, and links lead nowhere.
    const args = ["-rnIE", "--exclude-dir=.git", "--exclude-dir=node_modules", ...(ignore_case ? ["-i"] : [])];
    const command = {
      file: "grep",
      args: [...args, "-e", pattern, "--", ...(place ? [place] : [])],
      env: {},
      network: false,
    };
    const outcome = await processes.run({ ...command, folders: request.folders }, limits, signal);
    if (outcome.kind === "exited" && outcome.code === 0) return cap(outcome.output);
    if (outcome.kind === "exited" && outcome.code === 1) return "(nothing matches)";
    throw new ToolMistake(`search: ${outcome.output.trim().slice(0, 500) || outcome.kind}`);
  },
});
