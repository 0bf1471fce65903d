import type { ForeignCommit } from "../../core/plan/plan.ts";
import type { Oid } from "../../core/repository.ts";

export interface LedgerFile {
  readonly path: string;
  /** null deletes. */
  readonly text: string | null;
}

/** The ledger branch at one commit. */
export interface LedgerHead {
  readonly oid: Oid;
  /** Every file's path. */
  readonly paths: readonly string[];
  /** Commits above the newest that the app itself made (whoever made one saw what lies below), oldest first, with the paths they touched. */
  readonly foreign: readonly (ForeignCommit & { readonly paths: readonly string[] })[];
  /** A file's text at this commit; undefined when it has none of that path. */
  text(path: string): Promise<string | undefined>;
}

/** The orphan branch `coppice-ledger`, changed only by compare-and-swap on its head. */
export interface Ledger {
  /** The newest head; makes the branch when it is not there (a lost race to make it is no error). */
  read(): Promise<LedgerHead>;
  /** The same, but the branch is not made: undefined where there is none. */
  find(): Promise<LedgerHead | undefined>;
  commit(change: { expected: Oid; files: readonly LedgerFile[]; message: string }): Promise<LedgerCommit>;
}

/** `moved`: somebody else committed first; read again and decide again. */
export type LedgerCommit = { readonly kind: "committed"; readonly head: LedgerHead } | { readonly kind: "moved" };
