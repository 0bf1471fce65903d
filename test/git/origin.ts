import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
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
  return gitTold(cwd, "", ...args);
}

/** The same, with something on its standard input. */
async function gitTold(cwd: string, input: string | Buffer, ...args: string[]): Promise<string> {
  const { stdout } = await execa("git", args, {
    cwd,
    input,
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

/** A file's content, or what else a tree may hold under a name: where a link leads, which commit a submodule is at. */
export type Entry = string | Buffer | { readonly link: string } | { readonly submodule: string };

export interface Push {
  /** Default main; one that is not there begins at main. */
  readonly branch?: string;
  readonly author?: string;
  readonly message?: string;
}

export interface Origin {
  readonly folder: string;
  readonly url: string;
  /** A person commits these files on a branch; gives the commit. */
  push(files: Readonly<Record<string, Entry>>, push?: Push): Promise<string>;
  ref(name: string): Promise<string | undefined>;
}

/** A bare repository with one commit on main. Commits are imported, as a clone and a push would be ten processes each. */
export async function makeOrigin(
  parent: string,
  files: Readonly<Record<string, Entry>> = { "README.md": "hello\n" },
): Promise<Origin> {
  const folder = join(parent, "origin.git");
  await git(parent, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", folder);
  await appendFile(join(folder, "config"), "[gc]\n\tauto = 0\n[receive]\n\tautogc = false\n");
  const ref = async (name: string) => (await git(folder, "for-each-ref", "--format=%(objectname)", name)) || undefined;
  const push: Origin["push"] = async (changes, { branch = "main", ...said } = {}) => {
    const name = `refs/heads/${branch}`;
    const listed = await git(folder, "for-each-ref", "--format=%(refname) %(objectname)", name, "refs/heads/main");
    const heads = new Map(listed.split("\n").map((line): [string, string] => [line.slice(0, -41), line.slice(-40)]));
    const from = heads.get(name) ?? heads.get("refs/heads/main");
    return gitTold(folder, commitStream(name, { from, changes, ...said }), "fast-import", "--quiet");
  };
  await push(files);
  return { folder, url: `file://${folder}`, push, ref };
}

interface Commit extends Push {
  readonly from: string | undefined;
  readonly changes: Readonly<Record<string, Entry>>;
}

/** What `git fast-import` is told; it answers with the commit. */
function commitStream(ref: string, { from, changes, author = "Person", message = "change" }: Commit): Buffer {
  const now = `${Math.floor(Date.now() / 1_000)} +0000`;
  const data = (content: string | Buffer) => [`data ${Buffer.byteLength(content)}\n`, content, "\n"];
  const parts = [
    ...[`commit ${ref}\n`, "mark :1\n", `author ${author} <person@example.com> ${now}\n`],
    ...[`committer Person <person@example.com> ${now}\n`, ...data(`${message}\n`)],
    ...(from ? [`from ${from}\n`] : []),
    ...Object.entries(changes).flatMap(([path, entry]) => {
      if (typeof entry === "string" || Buffer.isBuffer(entry)) return [`M 100644 inline ${path}\n`, ...data(entry)];
      if ("link" in entry) return [`M 120000 inline ${path}\n`, ...data(entry.link)];
      return [`M 160000 ${entry.submodule} ${path}\n`];
    }),
    "get-mark :1\n",
  ];
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
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
  const { issue = 12 } = change;
  return {
    version: 1,
    plan: 1,
    task: "T1",
    issue,
    phase: "running",
    holder: "one/run-1",
    epoch: 1,
    nonce: "",
    seconds: 900,
    branch: `coppice/${issue}-task`,
    failures: [],
    ...change,
  };
}
