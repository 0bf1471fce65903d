import type { Stats } from "node:fs";
import { lstat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Oid } from "../core/repository.ts";
import type { DiffLimits } from "../ports/workspaces.ts";
import type { Mirror } from "./mirror.ts";

/** Where a worktree's tree is read from: all of it our own but the files themselves. */
export interface Reading {
  readonly mirror: Mirror;
  readonly worktree: string;
  readonly indexFile: string;
  /** Exclude patterns for what was there before the agent. */
  readonly settledFile: string;
}

export type TreeAnswer =
  | { readonly kind: "tree"; readonly tree: Oid }
  | { readonly kind: "too-large"; readonly message: string }
  | { readonly kind: "odd-path"; readonly message: string };

interface Listing {
  readonly gone: ReadonlySet<string>;
  readonly present: ReadonlySet<string>;
}

/**
 * The tree the worktree has now, without running anything an agent could have planted.
 * Plumbing on purpose: `git add` and `git status` start a git inside each submodule, with that submodule's own configuration;
 * `ls-files` and `update-index` start nothing.
 */
export async function readWorktree(reading: Reading, limits: DiffLimits): Promise<TreeAnswer> {
  const listing = await listChanges(reading);
  if (listing === undefined) return { kind: "too-large", message: "the number of changed files is beyond counting" };
  const count = listing.gone.size + listing.present.size;
  if (count > limits.files)
    return { kind: "too-large", message: `${count} files changed; at most ${limits.files} may` };
  const sorted = await sort(reading.worktree, await withoutSubmodules(reading, listing));
  if (sorted.odd !== undefined) return { kind: "odd-path", message: sorted.odd };
  if (sorted.bytes > limits.bytes) {
    return { kind: "too-large", message: `${sorted.bytes} bytes changed; at most ${limits.bytes} may` };
  }
  await updateIndex(reading, ["--force-remove"], sorted.gone);
  await updateIndex(reading, ["--add", "--replace"], sorted.present);
  const { stdout } = await reading.mirror.git(["write-tree"], place(reading));
  return { kind: "tree", tree: stdout.toString().trim() };
}

/** Remembers the untracked files there are now, so that they are nobody's change. */
export async function settleUntracked(reading: Reading): Promise<void> {
  const { stdout } = await reading.mirror.git(
    ["ls-files", "-z", "--others", "--exclude-standard", "--directory", "--", ...ours],
    place(reading),
  );
  const patterns = split(stdout).filter((path) => !path.includes("\n"));
  const lines = patterns.map((path) => `/${path.replace(/[\\*?[\] ]/g, "\\$&")}\n`);
  await writeFile(reading.settledFile, lines.join(""));
}

/** Everything but what passes between us and the agent; an exclude file would lose to the agent's .gitignore. */
const ours = [".", ":(exclude,top,icase).coppice"];

function place({ worktree, indexFile }: Reading) {
  return { workTree: worktree, indexFile, cwd: worktree };
}

async function listChanges(reading: Reading): Promise<Listing | undefined> {
  const args = ["-z", "-t", "--modified", "--deleted", "--others", "--exclude-standard", "-X", reading.settledFile];
  const { code, stdout } = await reading.mirror.git(["ls-files", ...args, "--", ...ours], {
    ...place(reading),
    truncate: true,
  });
  if (code !== 0) return undefined;
  const gone = new Set<string>();
  const present = new Set<string>();
  for (const line of split(stdout)) (line.startsWith("R ") ? gone : present).add(line.slice(2));
  for (const path of gone) present.delete(path);
  return { gone, present };
}

/** Submodules stay as they are in the base: whether theirs changed could only be asked of a git inside them. */
async function withoutSubmodules(reading: Reading, { gone, present }: Listing): Promise<Listing> {
  const paths = [...gone, ...present];
  if (paths.length === 0) return { gone, present };
  const args = ["--literal-pathspecs", "ls-files", "-z", "--stage", "--", ...paths];
  const { stdout } = await reading.mirror.git(args, place(reading));
  const links = split(stdout).filter((line) => line.startsWith("160000 "));
  const submodules = new Set(links.map((line) => line.slice(line.indexOf("\t") + 1)));
  const own = (path: string) => !submodules.has(path);
  return { gone: new Set([...gone].filter(own)), present: new Set([...present].filter(own)) };
}

interface Sorted {
  readonly gone: string[];
  readonly present: string[];
  readonly bytes: number;
  readonly odd?: string;
}

async function sort(worktree: string, listing: Listing): Promise<Sorted> {
  const gone = [...listing.gone];
  const present: string[] = [];
  let bytes = 0;
  for (const path of listing.present) {
    const odd = oddName(path);
    if (odd) return { gone, present, bytes, odd };
    const stats = await statInside(worktree, path);
    // A folder or a link stands where the tracked file was; what is inside it is listed by itself.
    if (stats === undefined || stats.isDirectory()) gone.push(path);
    else if (!stats.isFile() && !stats.isSymbolicLink()) {
      return { gone, present, bytes, odd: `${quote(path)} is neither a file nor a link` };
    } else {
      present.push(path);
      bytes += stats.size;
    }
  }
  return { gone, present, bytes };
}

function oddName(path: string): string | undefined {
  if (path.endsWith("/")) return `${quote(path)} is a git repository of its own`;
  if (path.split("/").some((part) => part.toLowerCase() === ".git")) return `${quote(path)} lies in a .git folder`;
  return undefined;
}

function quote(path: string): string {
  return JSON.stringify(path.slice(0, 200));
}

/** Undefined when the path is absent, or when a link stands for one of its folders (git calls that absent too). */
async function statInside(worktree: string, path: string): Promise<Stats | undefined> {
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    const stats = await lstat(join(worktree, folder)).catch(() => undefined);
    if (!stats?.isDirectory()) return undefined;
  }
  return lstat(join(worktree, path)).catch(() => undefined);
}

async function updateIndex(reading: Reading, flags: readonly string[], paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const input = paths.map((path) => `${path}\0`).join("");
  await reading.mirror.git(["update-index", ...flags, "-z", "--stdin"], { ...place(reading), input });
}

function split(stdout: Buffer): string[] {
  return stdout.toString().split("\0").filter(Boolean);
}
