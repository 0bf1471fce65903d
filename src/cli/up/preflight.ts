import { realpath, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { CoppiceError } from "../../core/errors.ts";
import { askGit } from "../git.ts";

/** The local git repository `up` imports. */
export interface LocalRepository {
  readonly folder: string;
  /** The name it gets on the embedded forge: letters, digits, dots, dashes and underscores of the folder's name. */
  readonly name: string;
  /** The branch that is checked out: it becomes the default branch. */
  readonly branch: string;
  /** Where git keeps what belongs to no branch: our data's default home. */
  readonly gitFolder: string;
}

/** Throws CoppiceError bad-input with one line that says what is wrong with the folder and what would be right. */
export async function inspectRepository(path: string): Promise<LocalRepository> {
  const asked = resolve(path);
  const found = await stat(asked).catch(() => undefined);
  if (!found?.isDirectory()) throw wrong(`${asked} is not a folder; pass a git repository with --repo`);
  const top = await askGit(asked, ["rev-parse", "--show-toplevel"]);
  if (top === undefined) throw wrong(`${asked} is not in a git work tree; run git init there, or pass --repo PATH`);
  const folder = await realpath(top);
  const branch = await askGit(folder, ["symbolic-ref", "--short", "HEAD"]);
  if (branch === undefined) {
    throw wrong(
      `${folder} has a detached HEAD; check out the branch that work should be merged into (git switch main)`,
    );
  }
  if ((await askGit(folder, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])) === undefined) {
    throw wrong(`${folder} has no commit yet; make one first (git commit), there is nothing to work on`);
  }
  const gitFolder = (await askGit(folder, ["rev-parse", "--path-format=absolute", "--git-common-dir"])) ?? folder;
  return { folder, name: forgeName(basename(folder)), branch, gitFolder };
}

function forgeName(folderName: string): string {
  const name = folderName.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[.-]+|\.git$|-+$/g, "");
  return name === "" ? "repository" : name.slice(0, 100);
}

function wrong(message: string): CoppiceError {
  return new CoppiceError("bad-input", message);
}
