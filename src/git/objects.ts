import type { Oid } from "../core/repository.ts";
import { writeLooseObject } from "./loose-object.ts";
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

/** Writes a tree of plain files; `/` in a name makes folders. No file gives the empty tree. */
export async function writeTree(mirror: Pick<Mirror, "folder">, files: ReadonlyMap<string, string>): Promise<Oid> {
  const lines: { mode: string; name: string; oid: Oid }[] = [];
  const folders = new Map<string, Map<string, string>>();
  for (const [path, content] of files) {
    const [first = "", ...rest] = path.split("/");
    if (rest.length > 0) folders.set(first, (folders.get(first) ?? new Map()).set(rest.join("/"), content));
    else
      lines.push({ mode: "100644", name: first, oid: await writeLooseObject(mirror.folder, "blob", bytes(content)) });
  }
  for (const [name, below] of folders) lines.push({ mode: "40000", name, oid: await writeTree(mirror, below) });
  return writeLooseObject(mirror.folder, "tree", formatTree(lines));
}

const bytes = (text: string) => Buffer.from(text);

/** git sorts by bytes, a folder as if its name ended in a slash. */
function formatTree(lines: readonly { mode: string; name: string; oid: Oid }[]): Buffer {
  const key = ({ mode, name }: { mode: string; name: string }) => bytes(mode === "40000" ? `${name}/` : name);
  const sorted = [...lines].sort((left, right) => key(left).compare(key(right)));
  return Buffer.concat(sorted.flatMap(({ mode, name, oid }) => [bytes(`${mode} ${name}\0`), Buffer.from(oid, "hex")]));
}

export interface CommitOptions {
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
}

/** Makes a commit, dated now: no hook runs, nothing is signed, no ref moves. */
export async function writeCommit(mirror: Pick<Mirror, "folder">, options: CommitOptions): Promise<Oid> {
  const { tree, parents, author, message } = options;
  // What would end the field early is left out, as git does.
  const clean = (text: string) => text.replace(/[<>\n\0]/g, "").trim();
  const who = `${clean(author.name) || "unknown"} <${clean(author.email)}> ${Math.floor(Date.now() / 1_000)} +0000`;
  const head = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${who}`, `committer ${who}`];
  const text = `${head.join("\n")}\n\n${message.replaceAll("\0", "")}`;
  return writeLooseObject(mirror.folder, "commit", bytes(text));
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
