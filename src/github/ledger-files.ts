import { createHash } from "node:crypto";
import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { Oid } from "../core/repository.ts";
import type { LedgerHead } from "../ports/forge/ledger.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";

/** Bytes of texts kept, newest used first; a ledger file is a few kB. */
const maxBytes = 32 * 1024 * 1024;
/** Trees kept: the newest head, and those a slower reader still holds. */
const maxTrees = 8;

/** A path's blob. */
export type LedgerEntries = ReadonlyMap<string, Oid>;

/** The ledger's files as far as they are known; what is not is asked for. */
export interface LedgerFiles {
  head(oid: Oid, foreign: LedgerHead["foreign"]): Promise<LedgerHead>;
  entries(oid: Oid): Promise<LedgerEntries>;
  /** What a commit of our own looks like: no request needed to know. */
  learn(oid: Oid, entries: LedgerEntries): void;
  /** Keeps a text and gives its blob. */
  remember(text: string): Oid;
}

const tree = z.object({
  tree: z.array(z.object({ path: z.string(), type: z.string(), sha: z.string() })),
  truncated: z.boolean(),
});
const blob = z.object({ content: z.string(), encoding: z.literal("base64") });

/** Files by tree and blob, both kept by their ids, which never change meaning. */
export function openLedgerFiles(scope: Scope): LedgerFiles {
  const trees = new Map<Oid, LedgerEntries>();
  const texts = boundedTexts();

  const learn = (oid: Oid, entries: LedgerEntries) => {
    trees.delete(oid);
    trees.set(oid, entries);
    for (const oldest of trees.keys()) {
      if (trees.size <= maxTrees) break;
      trees.delete(oldest);
    }
  };
  const entries = async (oid: Oid): Promise<LedgerEntries> => {
    const known = trees.get(oid);
    if (known !== undefined) return known;
    const read = await readTree(scope, oid);
    learn(oid, read);
    return read;
  };
  const text = async (oid: Oid): Promise<string> => {
    const known = texts.get(oid);
    if (known !== undefined) return known;
    const read = await readBlob(scope, oid);
    texts.set(oid, read);
    return read;
  };

  return {
    entries,
    learn,
    remember(content) {
      const oid = blobOid(content);
      texts.set(oid, content);
      return oid;
    },
    async head(oid, foreign) {
      const known = await entries(oid);
      return {
        oid,
        foreign,
        paths: [...known.keys()].sort(),
        async text(path) {
          const entry = known.get(path);
          return entry === undefined ? undefined : text(entry);
        },
      };
    },
  };
}

/** git's name for a blob of this text. */
export function blobOid(text: string): Oid {
  const bytes = Buffer.from(text);
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

async function readTree(scope: Scope, commit: Oid): Promise<LedgerEntries> {
  const route = "GET /repos/{owner}/{repo}/git/trees/{tree_sha}";
  const parameters = { ...restName(scope), tree_sha: commit, recursive: "1" };
  const { tree: rows, truncated } = await scope.client.rest({ route, parameters }, tree);
  // GitHub stops at 100,000 entries or 7 MB: to go on with half a ledger would be to lose plans.
  if (truncated) throw new CoppiceError("ledger-invalid", `the ledger at ${commit} is too large to be listed`);
  return new Map(rows.flatMap(({ path, type, sha }) => (type === "blob" ? [[path, sha] as const] : [])));
}

async function readBlob(scope: Scope, oid: Oid): Promise<string> {
  const route = "GET /repos/{owner}/{repo}/git/blobs/{file_sha}";
  const { content } = await scope.client.rest({ route, parameters: { ...restName(scope), file_sha: oid } }, blob);
  return Buffer.from(content, "base64").toString("utf8");
}

/** Texts by blob; the one unused for longest goes when there are too many bytes. */
function boundedTexts() {
  const texts = new Map<Oid, string>();
  let bytes = 0;
  const drop = (oid: Oid) => {
    const text = texts.get(oid);
    if (text !== undefined) bytes -= Buffer.byteLength(text);
    texts.delete(oid);
  };
  return {
    get(oid: Oid): string | undefined {
      const text = texts.get(oid);
      if (text === undefined) return undefined;
      texts.delete(oid);
      texts.set(oid, text);
      return text;
    },
    set(oid: Oid, text: string): void {
      drop(oid);
      texts.set(oid, text);
      bytes += Buffer.byteLength(text);
      for (const oldest of texts.keys()) {
        if (bytes <= maxBytes) break;
        drop(oldest);
      }
    },
  };
}
