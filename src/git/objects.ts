import type { Oid } from "../core/repository.ts";
import type { Mirror } from "./mirror.ts";

export interface GitObject {
  readonly oid: Oid;
  readonly type: string;
  readonly content: Buffer;
}

/** Reads many objects by one process; those that are absent are left out. `maxBytes` limits them all together. */
export async function readObjects(
  mirror: Pick<Mirror, "git">,
  oids: readonly Oid[],
  maxBytes = 64 * 1024 * 1024,
): Promise<ReadonlyMap<Oid, GitObject>> {
  if (oids.length === 0) return new Map();
  const { stdout } = await mirror.git(["cat-file", "--batch"], { input: `${oids.join("\n")}\n`, maxBytes });
  return parseBatch(stdout);
}

/** Writes a blob. */
export async function writeBlob(mirror: Pick<Mirror, "git">, content: string | Uint8Array): Promise<Oid> {
  const { stdout } = await mirror.git(["hash-object", "-w", "--stdin"], { input: content });
  return stdout.toString().trim();
}

/** Writes a tree of plain files; `/` in a name makes folders. No file gives the empty tree. */
export async function writeTree(mirror: Pick<Mirror, "git">, files: ReadonlyMap<string, string>): Promise<Oid> {
  const entries: string[] = [];
  const folders = new Map<string, Map<string, string>>();
  for (const [path, content] of files) {
    const [first = "", ...rest] = path.split("/");
    if (rest.length === 0) entries.push(`100644 blob ${await writeBlob(mirror, content)}\t${first}`);
    else folders.set(first, (folders.get(first) ?? new Map<string, string>()).set(rest.join("/"), content));
  }
  for (const [name, below] of folders) entries.push(`040000 tree ${await writeTree(mirror, below)}\t${name}`);
  const { stdout } = await mirror.git(["mktree", "-z"], { input: entries.map((entry) => `${entry}\0`).join("") });
  return stdout.toString().trim();
}

export interface CommitOptions {
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
}

/** Makes a commit by plumbing: no hook runs, nothing is signed, no ref moves. */
export async function writeCommit(mirror: Pick<Mirror, "git">, options: CommitOptions): Promise<Oid> {
  const { name, email } = options.author;
  const { stdout } = await mirror.git(
    ["commit-tree", options.tree, ...options.parents.flatMap((parent) => ["-p", parent])],
    {
      input: options.message,
      env: {
        GIT_AUTHOR_NAME: name,
        GIT_AUTHOR_EMAIL: email,
        GIT_COMMITTER_NAME: name,
        GIT_COMMITTER_EMAIL: email,
      },
    },
  );
  return stdout.toString().trim();
}

/** The message of a commit object. */
export function messageOf(commit: GitObject): string {
  const text = commit.content.toString();
  const end = text.indexOf("\n\n");
  return end < 0 ? "" : text.slice(end + 2);
}

function parseBatch(stdout: Buffer): Map<Oid, GitObject> {
  const found = new Map<Oid, GitObject>();
  let at = 0;
  while (at < stdout.length) {
    const end = stdout.indexOf(10, at);
    if (end < 0) break;
    const [oid = "", type = "", size = ""] = stdout.toString("latin1", at, end).split(" ");
    at = end + 1;
    if (size === "") continue; // `<oid> missing`
    const bytes = Number(size);
    found.set(oid, { oid, type, content: stdout.subarray(at, at + bytes) });
    at += bytes + 1;
  }
  return found;
}
