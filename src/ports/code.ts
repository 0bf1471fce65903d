import type { Oid } from "../core/repository.ts";

/** The default branch's files, read from a bare mirror: no checkout, no API request. */
export interface Code {
  /** Fetches (debounced) and gives the default branch's head; undefined for a repository without commits. */
  refresh(): Promise<Oid | undefined>;
  /** Paths at `commit`, sorted, at most `limit`. */
  files(commit: Oid, limit: number): Promise<readonly string[]>;
  /** A text file's content, at most `maxBytes` (cut at the end); undefined when absent or binary. */
  read(commit: Oid, path: string, maxBytes: number): Promise<string | undefined>;
}
