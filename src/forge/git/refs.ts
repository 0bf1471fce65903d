import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isOid, isRefName } from "./names.ts";
import { objectInfo } from "./object-reader.ts";
import { refsInFiles } from "./ref-files.ts";
import { git, gitText } from "./run.ts";

export interface Ref {
  /** Full name. */
  readonly name: string;
  readonly oid: string;
  /** Type of the object it names. */
  readonly type: "commit" | "tag" | "tree" | "blob";
}

/** The ref with exactly this full name. */
export async function readRef(folder: string, name: string): Promise<Ref | undefined> {
  if (!isRefName(name)) return undefined;
  // A ref that moved lately is a file that holds its value.
  const loose = await textOf(join(folder, name));
  const found = loose !== undefined && isOid(loose) ? await objectInfo(folder, loose) : undefined;
  if (found !== undefined) return { name, oid: found.oid, type: found.type };
  // Asked in this order: a ref is packed before its file goes.
  const refs = await listRefs(folder, name);
  return refs.find((ref) => ref.name === name);
}

/** Undefined when there is no such file; a folder has an empty text. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "ENOENT" || code === "ENOTDIR" ? undefined : "";
  }
}

/** Refs whose full name is one of `prefixes` or lies below it, by name. */
export async function listRefs(folder: string, ...prefixes: readonly string[]): Promise<Ref[]> {
  const held = refsInFiles(folder, prefixes);
  if (held === undefined || held.size > mostAsked) return listByProcess(folder, prefixes);
  const refs = [...held].map(async ([name, oid]): Promise<Ref | undefined> => {
    const found = await objectInfo(folder, oid);
    return found && { name, oid, type: found.type };
  });
  const found = (await Promise.all(refs)).filter((ref) => ref !== undefined);
  // git's order.
  return found.sort((one, other) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)));
}

/** What each of these refs points at, by full name, whatever that is. */
export async function refTargets(folder: string, ...prefixes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const held = refsInFiles(folder, prefixes);
  return held ?? new Map((await listByProcess(folder, prefixes)).map(({ name, oid }) => [name, oid]));
}

// Above this, one process is quicker than that many questions.
const mostAsked = 500;

async function listByProcess(folder: string, prefixes: readonly string[]): Promise<Ref[]> {
  const format = "%(objectname) %(objecttype) %(refname)";
  const output = await gitText(folder, ["for-each-ref", `--format=${format}`, "--", ...prefixes]);
  return output.split("\n").flatMap((line) => {
    const match = /^([0-9a-f]{40}) (commit|tag|tree|blob) (.+)$/.exec(line);
    if (match === null) return [];
    const [, oid = "", type = "", name = ""] = match;
    return [{ name, oid, type: type as Ref["type"] }];
  });
}

/** The commit that a branch, tag, full ref or oid (also abbreviated) names; undefined when there is none. */
export async function resolveCommit(folder: string, revision: string): Promise<string | undefined> {
  for (const name of [`refs/heads/${revision}`, `refs/tags/${revision}`, `refs/${revision}`, revision]) {
    const ref = await readRef(folder, name);
    if (ref === undefined) continue;
    const oid = ref.type === "commit" ? ref.oid : (await objectInfo(folder, `${ref.oid}^{commit}`))?.oid;
    if (oid !== undefined) return oid;
  }
  if (isOid(revision)) return (await objectInfo(folder, `${revision}^{commit}`))?.oid;
  return /^[0-9a-f]{4,39}$/.test(revision) ? expand(folder, revision) : undefined;
}

// Only a fresh process has looked at every object there is now, as an abbreviation needs.
async function expand(folder: string, abbreviated: string): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${abbreviated}^{commit}`];
  const result = await git(folder, args);
  const oid = result.stdout.trim();
  return result.code === 0 && isOid(oid) ? oid : undefined;
}
