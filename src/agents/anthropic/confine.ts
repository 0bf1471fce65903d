import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { ToolMistake } from "./tool.ts";

/** The real place of a path the model named; throws ToolMistake when it is outside the worktree, links followed, or in `.git`. */
export async function confine(worktree: string, path: string): Promise<string> {
  const root = await realpath(worktree);
  const wanted = resolve(root, path.startsWith(worktree) ? relative(worktree, path) || "." : path);
  const real = await realPlace(wanted);
  if (real !== root && !real.startsWith(root + sep)) throw new ToolMistake(`${path}: outside the worktree`);
  const parts = relative(root, real).split(sep);
  if (parts.some((part) => part.toLowerCase() === ".git")) throw new ToolMistake(`${path}: .git is not yours to use`);
  return real;
}

/** Like realpath, for paths whose end is not there yet. */
async function realPlace(path: string): Promise<string> {
  const missing: string[] = [];
  for (let place = path; ; place = dirname(place)) {
    const real = await realpath(place).catch((error: NodeJS.ErrnoException) => judge(error, path));
    if (real !== undefined) return join(real, ...missing);
    missing.unshift(basename(place));
    if (dirname(place) === place) return path;
  }
}

function judge(error: NodeJS.ErrnoException, path: string): undefined {
  if (error.code === "ENOENT") return undefined;
  if (error.code === "ENOTDIR") throw new ToolMistake(`${path}: a part of it is a file, not a folder`);
  throw new ToolMistake(`${path}: ${error.code ?? "cannot be reached"}`);
}
