import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CoppiceError } from "../core/errors.ts";

const run = promisify(execFile);

/** Longest wait for one answer of git, milliseconds. */
const timeout = 10_000;

/**
 * What git answers in that folder, trimmed, or undefined when it says no. Throws CoppiceError bad-input where there is
 * no git. Not by execa: loading it takes longer than all the rest of a short command.
 */
export async function askGit(folder: string, words: readonly string[]): Promise<string | undefined> {
  try {
    return (await run("git", ["-C", folder, ...words], { timeout })).stdout.trim();
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (missing) throw new CoppiceError("bad-input", "git is not installed; Coppice needs git 2.38 or newer");
    return undefined;
  }
}
