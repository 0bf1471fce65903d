import type { Oid } from "../core/repository.ts";

/** The default branch's files, read from a bare mirror: no checkout, no API request. */
export interface Code {
  /** Fetches (debounced) and gives the default branch's head; undefined for a repository without commits. */
  refresh(): Promise<Oid | undefined>;
  /** Paths at `commit`, sorted, at most `limit`. */
  files(commit: Oid, limit: number): Promise<readonly string[]>;
  /** What one folder holds (`""` is the top), sorted, folders with a trailing slash, at most `limit`; undefined when there is no such folder. */
  list(commit: Oid, folder: string, limit: number): Promise<readonly string[] | undefined>;
  /** Lines that hold exactly these words, whatever their case, at most `limit`; within one folder or file where `path` is given. */
  search(
    commit: Oid,
    words: string,
    options: { readonly path?: string; readonly limit: number },
  ): Promise<readonly FoundLine[]>;
  /** The newest commits first, at most `limit`; those that touched `path` where it is given. */
  log(commit: Oid, options: { readonly path?: string; readonly limit: number }): Promise<readonly LoggedCommit[]>;
  /**
   * A text file's content, at most `maxBytes` (cut at the end); undefined when absent or binary. `binary: "marked"` gives what is
   * there in any case, U+FFFD for each byte that is no text. Throws when there is no saying.
   */
  read(
    commit: Oid,
    path: string,
    maxBytes: number,
    options?: { readonly binary?: "absent" | "marked" },
  ): Promise<string | undefined>;
}

export interface FoundLine {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** At most 300 characters. */
  readonly text: string;
}

export interface LoggedCommit {
  readonly oid: Oid;
  /** ISO 8601. */
  readonly at: string;
  readonly author: string;
  /** The message's first line. */
  readonly subject: string;
}
