import type { Forge, Installations } from "../../src/ports/forge/forge.ts";

/** A forge under the suite: every repository it gives is new. */
export interface Host {
  repository(): Promise<HostedRepository>;
  close(): Promise<void>;
}

/** One repository: the app's view of it (the thing under test) and other people's hands. `ada` may administer, `grace` write, `eve` nothing. */
export interface HostedRepository {
  readonly forge: Forge;
  readonly installations: Installations;
  openIssue(issue: {
    title: string;
    body: string;
    author: "ada" | "grace";
  }): Promise<{ number: number; nodeId: string }>;
  /** Puts an issue under another one. */
  adopt(parent: number, child: number): Promise<void>;
  comment(
    author: "ada" | "grace",
    issue: number,
    body: string,
  ): Promise<{ id: number; createdAt: string; nodeId: string }>;
  editComment(id: number, body: string): Promise<void>;
  deleteComment(id: number): Promise<void>;
  close(issue: number, reason: "completed" | "not_planned"): Promise<void>;
  reopen(issue: number): Promise<void>;
  /** Commits a file to a branch (made from the default branch when it is new) and gives the branch's head. */
  push(branch: string, path: string, text: string): Promise<string>;
  mergePull(number: number): Promise<void>;
  requestChanges(pull: number): Promise<void>;
  /** Lets time pass, so that whole seconds differ. */
  later(): Promise<void>;
  /** A commit on the ledger that is not the app's; the branch's new head. */
  writeLedger(path: string, text: string): Promise<string>;
  /** Moves the ledger back to an earlier commit. */
  rewindLedger(oid: string): Promise<void>;
  rewriteIssue(number: number, change: { title?: string; body?: string }): Promise<void>;
  suspend(login: "grace"): Promise<void>;
  relabel(
    author: "ada" | "grace",
    issue: number,
    change: { readonly add: readonly string[]; readonly remove: readonly string[] },
  ): Promise<void>;
  labelColor(name: string): Promise<string | undefined>;
}
