import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join, normalize } from "node:path";
import { CoppiceError } from "../core/errors.ts";
import type { Oid } from "../core/repository.ts";
import type { SandboxFolders } from "../ports/sandbox.ts";
import type { Author } from "../ports/workspaces.ts";
import type { Mirror } from "./mirror.ts";

export interface Checkout {
  readonly folders: SandboxFolders;
  /** Our index of it, where no sandboxed command can reach. */
  readonly indexFile: string;
}

export interface CheckoutRequest {
  readonly commit: Oid;
  /** What HEAD is called in the throw-away repository. */
  readonly branch: string;
  readonly author: Author;
}

/** Checks a commit out below `folder`, with a home, a temporary folder, and a throw-away repository at `.git`. */
export async function checkOut(mirror: Mirror, folder: string, request: CheckoutRequest): Promise<Checkout> {
  await rm(folder, { recursive: true, force: true });
  const [worktree, home, temp] = [join(folder, "worktree"), join(folder, "home"), join(folder, "temp")];
  for (const path of [worktree, home, temp]) await mkdir(path, { recursive: true });
  const indexFile = join(folder, "index");
  await mirror.git(["read-tree", "--reset", "-u", request.commit], { workTree: worktree, indexFile, cwd: worktree });
  await makeThrowAway(mirror, worktree, request);
  // The stat data in it is of these very files, so that `git status` is quick and clean there.
  await copyFile(indexFile, join(worktree, ".git", "index"));
  return { folders: { worktree, home, temp, readable: [join(mirror.folder, "objects")] }, indexFile };
}

/** A repository that can commit and look back, but whose refs, configuration and hooks are of no use to anyone else. */
async function makeThrowAway(mirror: Mirror, worktree: string, request: CheckoutRequest): Promise<void> {
  const own = join(worktree, ".git");
  const files: Record<string, string> = {
    HEAD: `ref: refs/heads/${request.branch}\n`,
    config: `[core]\n\trepositoryformatversion = 0\n\tbare = false\n[user]\n\tname = ${quote(request.author.name)}\n\temail = ${quote(request.author.email)}\n`,
    "objects/info/alternates": `${join(mirror.folder, "objects")}\n`,
    "info/exclude": "/.coppice/\n",
    [`refs/heads/${request.branch}`]: `${request.commit}\n`,
  };
  await writeBelow(own, files);
}

function quote(value: string): string {
  return `"${value.replace(/[\\"]/g, "\\$&").replace(/\n/g, " ")}"`;
}

/** Writes text files below a folder; a path that would leave it is refused. */
export async function writeBelow(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const target = normalize(path);
    if (target.startsWith("..") || target.startsWith("/") || target === ".") {
      throw new CoppiceError("bad-input", `the path ${JSON.stringify(path)} leaves its folder`);
    }
    await mkdir(join(folder, target, ".."), { recursive: true });
    await writeFile(join(folder, target), text);
  }
}
