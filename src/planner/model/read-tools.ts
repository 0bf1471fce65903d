import { z } from "zod";
import { CoppiceError } from "../../core/errors.ts";
import type { Oid } from "../../core/repository.ts";
import type { Code } from "../../ports/code.ts";
import type { ModelTool } from "../../ports/model.ts";
import { inputProblem, jsonSchema } from "./answer-schema.ts";
import { untrusted } from "./untrusted.ts";

/** What a tool call is answered with. */
export interface ToolResult {
  readonly text: string;
  readonly isError: boolean;
}

/** A look into the repository; it changes nothing. */
export interface ReadTool {
  readonly definition: ModelTool;
  /** Never throws for what the model got wrong or git could not do in time. */
  run(input: unknown, code: Code, commit: Oid | undefined): Promise<ToolResult>;
}

/** Characters of one answer. */
const maxAnswer = 16_000;
const maxEntries = 500;
const maxLines = 100;
/** Bytes read of one file, whichever lines are shown of it. */
const maxFileBytes = 1024 * 1024;

const path = z.string().max(1_000);

/** In the order every request has them. */
export const readTools: readonly ReadTool[] = [
  readTool({
    name: "list_directory",
    description: "Lists what one folder of the repository holds; folders end in a slash.",
    input: z.object({ path: path.default("").describe("Empty for the top") }),
    run: async (input, code, commit) => (await code.list(commit, input.path, maxEntries))?.join("\n"),
    nothing: "There is no such folder.",
  }),
  readTool({
    name: "read_file",
    description: "Reads a text file of the repository, at most 16,000 characters from a line on.",
    input: z.object({ path, from_line: z.number().int().positive().default(1) }),
    run: async (input, code, commit) => {
      const text = await code.read(commit, input.path, maxFileBytes);
      return text
        ?.split("\n")
        .slice(input.from_line - 1)
        .join("\n");
    },
    nothing: "There is no such text file, or nothing from that line on.",
  }),
  readTool({
    name: "search",
    description: "Finds lines that hold exactly these words, whatever their case: at most 100.",
    input: z.object({ words: z.string().min(1).max(200), path: path.optional().describe("One folder or file") }),
    run: async ({ words, path }, code, commit) => {
      const found = await code.search(commit, words, { path, limit: maxLines });
      return found.map((line) => `${line.path}:${line.line}: ${line.text}`).join("\n");
    },
    nothing: "No line holds these words.",
  }),
  readTool({
    name: "git_log",
    description: "The newest commits of the default branch: date, author, first line of the message.",
    input: z.object({
      path: path.optional().describe("Only commits that touched this folder or file"),
      limit: z.number().int().positive().max(50).default(20),
    }),
    run: async (input, code, commit) => {
      const commits = await code.log(commit, input);
      return commits.map(({ oid, at, author, subject }) => `${oid.slice(0, 7)} ${at} ${author}: ${subject}`).join("\n");
    },
    nothing: "There are no such commits.",
  }),
];

function readTool<Input>(tool: {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  readonly run: (input: Input, code: Code, commit: Oid) => Promise<string | undefined>;
  readonly nothing: string;
}): ReadTool {
  const { name, description } = tool;
  return {
    definition: { name, description, schema: jsonSchema(tool.input) },
    run: async (input, code, commit) => {
      const parsed = tool.input.safeParse(input);
      if (!parsed.success) return { text: `Not a call of ${name}: ${inputProblem(parsed.error)}`, isError: true };
      if (commit === undefined) return { text: "The repository is empty.", isError: true };
      try {
        const text = await tool.run(parsed.data, code, commit);
        return text === undefined || text === ""
          ? { text: tool.nothing, isError: true }
          : { text: untrusted(name, cut(text)), isError: false };
      } catch (error) {
        if (!(error instanceof CoppiceError) || error.code !== "git-failed") throw error;
        return { text: `${name} could not be done now; go on without it.`, isError: true };
      }
    },
  };
}

function cut(text: string): string {
  return text.length <= maxAnswer ? text : `${text.slice(0, maxAnswer)}\n… cut here: ${text.length} characters in all`;
}
