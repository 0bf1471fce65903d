import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import type { Lease } from "../../src/core/lease/lease.ts";
import { createGit } from "../../src/git/git.ts";
import type { Mirror } from "../../src/git/mirror.ts";
import { openMirror } from "../../src/git/mirror.ts";
import { systemClock } from "./system-clock.ts";

export const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A folder of this test's own. */
export async function makeFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "coppice-test-"));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** git as a person would run it, with nothing of this machine's configuration. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await execa("git", args, {
    cwd,
    extendEnv: false,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: cwd,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "Person",
      GIT_AUTHOR_EMAIL: "person@example.com",
      GIT_COMMITTER_NAME: "Person",
      GIT_COMMITTER_EMAIL: "person@example.com",
    },
  });
  return stdout;
}

export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

export interface Origin {
  readonly folder: string;
  readonly url: string;
  /** A person's clone. */
  readonly clone: string;
  /** The person commits these files on a branch (default main) and pushes. */
  push(files: Readonly<Record<string, string>>, branch?: string): Promise<string>;
  ref(name: string): Promise<string | undefined>;
}

/** A bare repository with one commit on main. */
export async function makeOrigin(parent: string, files: Readonly<Record<string, string>> = { "README.md": "hello\n" }) {
  const folder = join(parent, "origin.git");
  const clone = join(parent, "person");
  await mkdir(folder, { recursive: true });
  await git(folder, "init", "--quiet", "--bare", "--initial-branch=main");
  await git(parent, "clone", "--quiet", folder, clone);
  await git(clone, "checkout", "--quiet", "-B", "main");
  const origin: Origin = {
    folder,
    url: `file://${folder}`,
    clone,
    push: async (changes, branch = "main") => {
      await git(clone, "fetch", "--quiet", "origin");
      const known = await git(clone, "ls-remote", "origin", `refs/heads/${branch}`);
      if (known) await git(clone, "checkout", "--quiet", "-B", branch, `origin/${branch}`);
      else await git(clone, "checkout", "--quiet", "-B", branch);
      await writeFiles(clone, changes);
      await git(clone, "add", "--all", "--force");
      await git(clone, "commit", "--quiet", "--allow-empty", "-m", "change");
      await git(clone, "push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
      return git(clone, "rev-parse", "HEAD");
    },
    ref: async (name) => (await git(folder, "for-each-ref", "--format=%(objectname)", name)) || undefined,
  };
  await origin.push(files);
  return origin;
}

/** A mirror as a worker or hub would have it. */
export async function makeMirror(parent: string, name: string, url: string, token?: string): Promise<Mirror> {
  const runner = await createGit({ folder: join(parent, `${name}-git`), protocols: ["https", "http", "file"] });
  return openMirror({
    git: runner,
    folder: join(parent, `${name}.git`),
    url,
    token: async () => token,
    clock: systemClock,
    freshMilliseconds: 0,
  });
}

export function makeLease(change: Partial<Lease> = {}): Lease {
  return {
    version: 1,
    plan: 1,
    task: "T1",
    issue: 12,
    phase: "running",
    holder: "one/run-1",
    epoch: 1,
    nonce: "",
    seconds: 900,
    branch: "coppice/12-task",
    failures: [],
    ...change,
  };
}
