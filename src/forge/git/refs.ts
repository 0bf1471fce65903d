import { isOid, isRefName } from "./names.ts";
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
  const refs = await listRefs(folder, name);
  return refs.find((ref) => ref.name === name);
}

/** Refs whose full name is one of `prefixes` or lies below it (or starts with it, when it ends in `*`), by name. */
export async function listRefs(folder: string, ...prefixes: readonly string[]): Promise<Ref[]> {
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
  const candidates = [`refs/heads/${revision}`, `refs/tags/${revision}`, `refs/${revision}`, revision].filter(
    isRefName,
  );
  for (const name of candidates) {
    const oid = await peel(folder, name);
    if (oid !== undefined) return oid;
  }
  return /^[0-9a-f]{4,40}$/.test(revision) ? peel(folder, revision) : undefined;
}

async function peel(folder: string, revision: string): Promise<string | undefined> {
  const result = await git(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`]);
  const oid = result.stdout.trim();
  return result.code === 0 && isOid(oid) ? oid : undefined;
}
